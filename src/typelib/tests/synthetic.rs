//! Every accessor, against a typelib built byte by byte: what the newer generation added, what compilers never
//! write, and what a file may do wrong.

mod support;

use gijit_typelib::{
    ArrayType, BlobType, Callback, ConstantValue, Direction, Entry, Enum, ErrorKind, Function,
    Info, Interface, Object, Scope, Signature, Struct, Transfer, Type, TypeTag, Typelib, Union,
};
use support::builder::{Synth, synth};

/// The same file with today's blob sizes, and with sizes as a later format might have.
fn both() -> [(Typelib, Synth); 2] {
    [0, 12].map(|extra| {
        let synth = synth(extra);
        let lib = Typelib::from_bytes(synth.data.clone(), "Synth-1.0.typelib").unwrap();
        (lib, synth)
    })
}

fn find<'a>(lib: &'a Typelib, name: &str) -> Entry<'a> {
    lib.find(name).unwrap().unwrap()
}

fn function<'a>(lib: &'a Typelib, name: &str) -> Function<'a> {
    match find(lib, name).info().unwrap() {
        Info::Function(f) => f,
        other => panic!("{other:?}"),
    }
}

fn loader(lib: &Typelib) -> Object<'_> {
    match find(lib, "Loader").info().unwrap() {
        Info::Object(o) => o,
        other => panic!("{other:?}"),
    }
}

fn class(lib: &Typelib) -> Struct<'_> {
    match find(lib, "LoaderClass").info().unwrap() {
        Info::Struct(s) => s,
        other => panic!("{other:?}"),
    }
}

fn kind(lib: &Typelib) -> Enum<'_> {
    match find(lib, "Kind").info().unwrap() {
        Info::Enum(e) => e,
        other => panic!("{other:?}"),
    }
}

fn event(lib: &Typelib) -> Union<'_> {
    match find(lib, "Event").info().unwrap() {
        Info::Union(u) => u,
        other => panic!("{other:?}"),
    }
}

fn readable(lib: &Typelib) -> Interface<'_> {
    match find(lib, "Readable").info().unwrap() {
        Info::Interface(i) => i,
        other => panic!("{other:?}"),
    }
}

fn foreign<'a>(entry: Entry<'a>) -> (&'a str, &'a str) {
    entry.foreign().unwrap().unwrap()
}

#[test]
fn typelibs_and_views_are_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Typelib>();
    shared::<Function<'_>>();
    shared::<Type<'_>>();
    shared::<Entry<'_>>();
    shared::<gijit_typelib::Error>();
}

#[test]
fn the_whole_is_sound_and_counted() {
    for (lib, _) in both() {
        let s = lib.validate().unwrap();
        assert_eq!((s.entries, s.foreign_entries), (12, 2));
        assert_eq!(
            (s.functions, s.callbacks, s.signals, s.vfuncs),
            (14, 4, 3, 4)
        );
        assert_eq!((s.signatures, s.args), (3, 8));
        assert_eq!((s.structs, s.unions, s.objects, s.interfaces), (2, 1, 1, 1));
        assert_eq!((s.fields, s.enums, s.values), (7, 2, 4));
        assert_eq!((s.properties, s.constants, s.attributes), (4, 5, 3));
    }
}

#[test]
fn header_is_read() {
    for (lib, synth) in both() {
        assert_eq!(lib.namespace(), "Synth");
        assert_eq!(lib.version(), "1.0");
        assert_eq!(lib.minor_version(), 0);
        assert_eq!(lib.size() as usize, synth.data.len());
        assert_eq!((lib.n_entries(), lib.n_local_entries()), (14, 12));
        assert_eq!(
            lib.dependencies().unwrap(),
            [("GObject", "2.0"), ("Gio", "2.0"), ("With-Dash", "1.0")]
        );
        assert_eq!(
            lib.shared_libraries().unwrap(),
            ["libsynth.so.1", "libother.so.0"]
        );
        assert_eq!(lib.c_prefix().unwrap(), "Synth,Syn");
        assert!(lib.matches_gtype_name_prefix("SynLoader").unwrap());
        assert!(!lib.matches_gtype_name_prefix("Synthetic").unwrap());
        assert!(!lib.has_name_index());
    }
}

#[test]
fn directory_is_read_without_an_index_of_names() {
    for (lib, _) in both() {
        let names: Vec<_> = lib.entries().map(|e| e.name().unwrap()).collect();
        assert_eq!(names[0], "load");
        assert_eq!(names[11], "Box");
        for (i, name) in names.iter().enumerate() {
            assert_eq!(usize::from(find(&lib, name).index()), i + 1);
        }
        assert!(lib.find("Object").unwrap().is_none(), "foreign");
        assert_eq!(foreign(lib.entry(13).unwrap()), ("GObject", "Object"));
        assert_eq!(
            lib.entry(13).unwrap().info().unwrap(),
            Info::InvalidOrUnknown
        );
        assert_eq!(lib.entry(13).unwrap().blob_type(), BlobType::Invalid);
        assert_eq!(lib.foreign_entries().len(), 2);
        assert_eq!(lib.entry(0).unwrap_err().kind(), ErrorKind::Directory);
        assert_eq!(lib.entry(15).unwrap_err().kind(), ErrorKind::Directory);
        assert!(matches!(find(&lib, "Box").info().unwrap(), Info::Boxed(_)));
        assert!(matches!(
            find(&lib, "Flags").info().unwrap(),
            Info::Flags(_)
        ));

        let by_gtype = |name| lib.find_by_gtype_name(name).unwrap().map(Entry::index);
        assert_eq!(by_gtype("SynthLoader"), Some(4));
        assert_eq!(by_gtype("SynthFlags"), Some(7));
        assert_eq!(by_gtype("SynthReadable"), Some(10));
        assert_eq!(by_gtype("SynthNothing"), None);
        let by_domain = |name| lib.find_error_domain(name).unwrap().map(Entry::index);
        assert_eq!(by_domain("synth-kind-quark"), Some(6));
        assert_eq!(by_domain("other-quark"), None);
    }
}

#[test]
fn links_of_asynchronous_functions_lead_to_entries() {
    for (lib, _) in both() {
        let sync = function(&lib, "load");
        assert!(!sync.is_async());
        assert_eq!(sync.async_function(), Some(2));
        assert_eq!(sync.sync_function(), None);
        assert_eq!(sync.finish_function(), None);
        let start = function(&lib, "load_async");
        assert!(start.is_async());
        assert_eq!(start.async_function(), None);
        assert_eq!(start.sync_function(), Some(1));
        assert_eq!(start.finish_function(), Some(3));
        let finish = function(&lib, "load_finish");
        assert!(!finish.is_async());
        assert_eq!(finish.async_function(), None);
        assert_eq!(finish.sync_function(), None);
        assert_eq!(finish.finish_function(), None);
    }
}

#[test]
fn links_of_asynchronous_methods_lead_to_methods() {
    for (lib, _) in both() {
        let methods: Vec<_> = loader(&lib).methods_iter().map(Result::unwrap).collect();
        let links = |i: usize| {
            let m: Function<'_> = methods[i];
            (
                m.is_async(),
                m.async_function(),
                m.sync_function(),
                m.finish_function(),
            )
        };
        assert_eq!(links(1), (false, Some(2), None, None));
        assert_eq!(links(2), (true, None, Some(1), Some(3)));
        assert_eq!(links(3), (false, None, None, None));
        // An older compiler's zeros are no links to the first method.
        assert_eq!(links(4), (false, None, None, None));
        assert_eq!(links(5), (true, None, None, None));

        let vfuncs: Vec<_> = loader(&lib).vfuncs_iter().map(Result::unwrap).collect();
        assert_eq!(vfuncs[0].async_function(), Some(1));
        assert!(vfuncs[1].is_async());
        assert_eq!(vfuncs[1].sync_function(), Some(0));
        assert_eq!(vfuncs[1].finish_function(), Some(2));
        assert_eq!(vfuncs[2].async_function(), None);
        assert!(vfuncs[2].is_static() && !vfuncs[0].is_static());
        assert_eq!(vfuncs[2].invoker(), Some(3));
        let old = readable(&lib).vfunc(0).unwrap();
        assert_eq!((old.is_async(), old.async_function()), (false, None));
        assert_eq!(old.invoker(), Some(0));
    }
}

#[test]
fn functions_are_read() {
    for (lib, synth) in both() {
        let load = function(&lib, "load");
        assert_eq!(load.symbol().unwrap(), "synth_load");
        assert!(load.is_deprecated() && !load.is_method() && !load.is_constructor());
        assert!(!load.throws() && load.can_throw_gerror().unwrap());
        assert_eq!(load.signature().unwrap().offset(), synth.load_signature);
        let finish = function(&lib, "load_finish");
        assert!(finish.throws() && finish.can_throw_gerror().unwrap());
        assert_eq!(finish.flags(), 32);
        let methods: Vec<_> = loader(&lib).methods_iter().map(Result::unwrap).collect();
        let getter = methods[0];
        assert!(getter.is_getter() && getter.is_method());
        assert_eq!(getter.flags(), 1 | 4);
        assert_eq!(
            (getter.property_index(), getter.vfunc_index()),
            (Some(1), None)
        );
        assert!(methods[4].is_constructor() && !methods[4].is_method());
        assert!(methods[5].wraps_vfunc());
        assert_eq!(
            (methods[5].property_index(), methods[5].vfunc_index()),
            (None, Some(1))
        );
        let again = Function::at(&lib, getter.offset()).unwrap();
        assert_eq!(again, getter);
        assert_ne!(again, methods[1]);
    }
}

#[test]
fn signatures_and_arguments_are_read() {
    for (lib, _) in both() {
        let s = function(&lib, "load").signature().unwrap();
        assert!(s.may_return_null() && s.throws() && !s.skip_return());
        assert!(!s.caller_owns_return_value() && s.caller_owns_return_container());
        assert_eq!(s.caller_owns(), Transfer::Container);
        assert_eq!(s.instance_transfer_ownership(), Transfer::Full);
        assert_eq!(s.n_arguments(), 8);
        let args: Vec<_> = s.args().map(Result::unwrap).collect();
        let names: Vec<_> = args.iter().map(|a| a.name().unwrap()).collect();
        assert_eq!(
            names,
            [
                "data",
                "length",
                "result",
                "callback",
                "user_data",
                "destroy",
                "both",
                "error"
            ]
        );
        assert_eq!(args[0].direction(), Direction::In);
        assert!(args[0].nullable() && !args[0].optional());
        assert_eq!((args[0].closure(), args[0].destroy()), (None, None));
        assert_eq!(args[2].direction(), Direction::Out);
        assert!(args[2].optional() && !args[2].nullable());
        assert_eq!(args[2].transfer_ownership(), Transfer::Full);
        assert_eq!(args[3].scope(), Scope::Notified);
        assert_eq!((args[3].closure(), args[3].destroy()), (Some(4), Some(5)));
        assert_eq!(args[5].scope(), Scope::Async);
        assert!(args[5].skip() && !args[3].skip());
        assert_eq!(args[6].direction(), Direction::InOut);
        assert!(args[6].caller_allocates());
        assert_eq!(args[6].transfer_ownership(), Transfer::Container);
        assert!(args[7].return_value() && !args[6].return_value());
        assert_eq!(s.arg(8).unwrap_err().kind(), ErrorKind::Index);

        let kind = function(&lib, "load_finish").signature().unwrap();
        assert!(kind.skip_return());
        assert_eq!(kind.caller_owns(), Transfer::Full);
    }
}

#[test]
fn types_are_read() {
    for (lib, synth) in both() {
        let s = function(&lib, "load").signature().unwrap();
        let arg_type = |i| s.arg(i).unwrap().type_info().unwrap();

        let outer = s.return_type().unwrap();
        assert_eq!((outer.tag(), outer.is_pointer()), (TypeTag::GSList, true));
        assert_eq!(outer.offset(), synth.list_of_lists);
        let inner = outer.param_type(0).unwrap();
        assert_eq!(inner.tag(), TypeTag::GList);
        let text = inner.param_type(0).unwrap();
        assert_eq!((text.tag(), text.is_pointer()), (TypeTag::Utf8, true));
        assert_eq!(text.n_params(), 0);
        assert_eq!(text.param_type(0).unwrap_err().kind(), ErrorKind::Index);
        assert_eq!(outer.param_type(1).unwrap_err().kind(), ErrorKind::Index);
        assert_eq!(Type::at(&lib, outer.offset()).unwrap(), outer);
        assert_eq!(Type::at(&lib, text.offset()).unwrap().tag(), TypeTag::Utf8);

        let array = arg_type(0);
        assert_eq!(
            (array.tag(), array.array_type()),
            (TypeTag::Array, Some(ArrayType::C))
        );
        assert!(array.zero_terminated());
        assert_eq!((array.length_index(), array.fixed_size()), (Some(1), None));
        assert_eq!(array.param_type(0).unwrap().tag(), TypeTag::UInt8);
        let five = arg_type(6);
        assert_eq!(five.array_type(), Some(ArrayType::PtrArray));
        assert!(!five.zero_terminated());
        assert_eq!((five.length_index(), five.fixed_size()), (None, Some(5)));

        let number = arg_type(1);
        assert_eq!((number.tag(), number.is_pointer()), (TypeTag::Int32, false));
        assert_eq!(
            (number.array_type(), number.zero_terminated()),
            (None, false)
        );
        assert_eq!((number.length_index(), number.fixed_size()), (None, None));
        assert_eq!(number.interface().unwrap_err().kind(), ErrorKind::Type);
        let data = arg_type(4);
        assert_eq!((data.tag(), data.is_pointer()), (TypeTag::Void, true));

        let hash = arg_type(2);
        assert_eq!((hash.tag(), hash.n_params()), (TypeTag::GHash, 2));
        assert_eq!(hash.param_type(0).unwrap().tag(), TypeTag::Utf8);
        let object = hash.param_type(1).unwrap().interface().unwrap();
        assert_eq!((object.index(), object.name().unwrap()), (4, "Loader"));
        assert_eq!(arg_type(7).tag(), TypeTag::Error);
        let ready = arg_type(3).interface().unwrap();
        assert_eq!(foreign(ready), ("Gio", "AsyncReadyCallback"));
        assert_eq!(ready.namespace().unwrap(), "Gio");
        let by_value = function(&lib, "load_finish")
            .signature()
            .unwrap()
            .return_type()
            .unwrap();
        assert!(!by_value.is_pointer());
        assert_eq!(by_value.interface().unwrap().name().unwrap(), "Kind");
    }
}

#[test]
fn objects_are_read() {
    for (lib, _) in both() {
        let o = loader(&lib);
        assert_eq!(o.name().unwrap(), "Loader");
        assert!(o.is_abstract() && o.is_fundamental() && o.is_final() && !o.is_deprecated());
        assert_eq!(o.gtype_name().unwrap(), Some("SynthLoader"));
        assert_eq!(o.gtype_init().unwrap(), Some("synth_loader_get_type"));
        assert_eq!(o.ref_func().unwrap(), Some("synth_loader_ref"));
        assert_eq!(o.unref_func().unwrap(), Some("synth_loader_unref"));
        assert_eq!(o.set_value_func().unwrap(), Some("synth_value_set_loader"));
        assert_eq!(o.get_value_func().unwrap(), Some("synth_value_get_loader"));
        assert_eq!(foreign(o.parent().unwrap().unwrap()), ("GObject", "Object"));
        assert_eq!(o.class_struct().unwrap().unwrap().index(), 5);
        assert_eq!(o.interfaces(), 1);
        assert_eq!(o.interface(0).unwrap().name().unwrap(), "Readable");
        assert_eq!(o.interface(1).unwrap_err().kind(), ErrorKind::Index);

        assert_eq!(o.fields(), 3);
        let fields: Vec<_> = o.fields_iter().map(Result::unwrap).collect();
        assert_eq!(fields[2], o.field(2).unwrap());
        assert_eq!(o.find_field("flag").unwrap(), Some(fields[2]));
        assert_eq!((fields[2].bits(), fields[2].struct_offset()), (3, Some(24)));
        assert!(fields[2].is_readable() && !fields[2].is_writable());
        assert_eq!(fields[1].struct_offset(), None);
        let hook = fields[1].embedded_callback().unwrap().unwrap();
        assert_eq!(hook.name().unwrap(), "hook");
        assert_eq!(hook.signature().unwrap().n_arguments(), 8);
        let hook_type = fields[1].type_info().unwrap();
        assert_eq!(
            (hook_type.tag(), hook_type.is_pointer()),
            (TypeTag::Interface, false)
        );
        assert_eq!(hook_type.embedded_callback().unwrap(), Some(hook));
        let entry = hook_type.interface().unwrap();
        assert_eq!((entry.index(), entry.is_local()), (0, true));
        assert_eq!(
            (entry.name().unwrap(), entry.blob_type()),
            ("hook", BlobType::Callback)
        );
        assert_eq!(entry.info().unwrap(), Info::Callback(hook));
        assert_eq!(Callback::at(&lib, hook_type.offset()).unwrap(), hook);
        assert_eq!(fields[0].embedded_callback().unwrap(), None);

        let properties: Vec<_> = o.properties_iter().map(Result::unwrap).collect();
        assert_eq!(properties.len(), 3);
        let [name, size, old] = properties[..] else {
            unreachable!()
        };
        assert_eq!(o.find_property("size").unwrap(), Some(size));
        assert!(name.is_deprecated() && !size.is_deprecated());
        assert_eq!((name.flags(), size.flags()), (1 | 2, 1));
        assert_eq!(name.transfer_ownership(), Transfer::Full);
        assert_eq!(size.transfer_ownership(), Transfer::Container);
        assert_eq!((name.getter(), name.setter()), (None, None));
        assert_eq!((size.getter(), size.setter()), (Some(0), None));
        assert_eq!((old.getter(), old.setter()), (None, None));
        assert_eq!(name.type_info().unwrap().tag(), TypeTag::Utf8);

        let loaded = o.find_signal("loaded").unwrap().unwrap();
        assert_eq!(loaded.flags(), 2 | 16);
        assert_eq!(
            (loaded.class_closure(), loaded.true_stops_emit()),
            (Some(0), true)
        );
        let failed = o.signal(1).unwrap();
        assert_eq!((failed.flags(), failed.is_deprecated()), (1, true));
        assert_eq!(
            (failed.class_closure(), failed.true_stops_emit()),
            (None, false)
        );
        assert_eq!(failed.signature().unwrap().n_arguments(), 8);

        let read = o.find_vfunc("read").unwrap().unwrap();
        assert_eq!(read.flags(), 1 | 8);
        assert!(read.must_chain_up() && read.can_throw_gerror().unwrap());
        assert_eq!((read.signal(), read.struct_offset()), (Some(0), Some(136)));
        assert_eq!(o.vfunc(1).unwrap().flags(), 2);
        assert_eq!(o.vfunc(1).unwrap().invoker(), None);
        assert_eq!(o.vfunc(2).unwrap().flags(), 4);
        assert_eq!(o.vfunc(2).unwrap().struct_offset(), None);

        assert_eq!(o.find_method("new").unwrap(), Some(o.method(4).unwrap()));
        assert_eq!(o.find_method("gone").unwrap(), None);
        assert_eq!(o.method(6).unwrap_err().kind(), ErrorKind::Index);
        let limit = o.constant(0).unwrap();
        assert_eq!(limit.value().unwrap(), ConstantValue::Int32(-7));
        assert_eq!(Object::at(&lib, o.offset()).unwrap(), o);
    }
}

#[test]
fn interfaces_are_read() {
    for (lib, _) in both() {
        let i = readable(&lib);
        assert!(i.is_deprecated());
        assert_eq!(i.gtype_name().unwrap(), Some("SynthReadable"));
        assert_eq!(
            i.iface_struct().unwrap().unwrap().name().unwrap(),
            "LoaderClass"
        );
        assert_eq!(i.prerequisites(), 2);
        assert_eq!(i.prerequisite(0).unwrap().index(), 4);
        assert_eq!(foreign(i.prerequisite(1).unwrap()), ("GObject", "Object"));
        assert_eq!(i.find_property("ready").unwrap().unwrap().getter(), Some(0));
        assert_eq!(i.method(0).unwrap().name().unwrap(), "is_ready");
        assert_eq!(i.signal(0).unwrap().name().unwrap(), "changed");
        assert_eq!(
            i.find_vfunc("is_ready").unwrap().unwrap().struct_offset(),
            Some(16)
        );
        let pi = i.constant(0).unwrap();
        assert_eq!(
            pi.value().unwrap(),
            ConstantValue::Double(std::f64::consts::PI)
        );
    }
}

#[test]
fn structs_and_unions_are_read() {
    for (lib, _) in both() {
        let s = class(&lib);
        assert!(s.is_gtype_struct() && s.is_foreign() && s.unregistered());
        assert_eq!((s.size(), s.alignment()), (24, 8));
        assert_eq!(
            (s.gtype_name().unwrap(), s.gtype_init().unwrap()),
            (None, None)
        );
        assert_eq!(s.copy_func().unwrap(), Some("synth_loader_class_copy"));
        assert_eq!(s.free_func().unwrap(), Some("synth_loader_class_free"));
        assert_eq!(s.field(1).unwrap().name().unwrap(), "last");
        assert_eq!(
            s.find_method("dup").unwrap().unwrap().symbol().unwrap(),
            "synth_loader_class_dup"
        );

        let u = event(&lib);
        assert_eq!((u.size(), u.alignment(), u.unregistered()), (16, 4, false));
        assert_eq!(u.copy_func().unwrap(), None);
        assert!(u.is_discriminated());
        assert_eq!(u.discriminator_offset(), Some(12));
        assert_eq!(
            u.discriminator_type().unwrap().unwrap().tag(),
            TypeTag::UInt8
        );
        // Both lie behind a field that is longer than others.
        assert_eq!(u.method(0).unwrap().name().unwrap(), "which");
        let value = |i| u.discriminator(i).unwrap().unwrap().value().unwrap();
        assert_eq!(
            (value(0), value(1)),
            (ConstantValue::UInt8(1), ConstantValue::UInt8(2))
        );
        assert_eq!(u.discriminator(2).unwrap_err().kind(), ErrorKind::Index);
    }
}

#[test]
fn enumerations_and_constants_are_read() {
    for (lib, _) in both() {
        let e = kind(&lib);
        assert!(!e.is_flags());
        assert_eq!(e.storage_type(), TypeTag::Int8);
        assert_eq!(e.error_domain().unwrap(), Some("synth-kind-quark"));
        let minus = e.value(0).unwrap();
        let large = e.find_value("large").unwrap().unwrap();
        assert_eq!((minus.value(), large.value()), (-1, i64::from(u32::MAX)));
        assert_eq!(
            (minus.is_deprecated(), large.is_deprecated()),
            (false, true)
        );
        assert_eq!(e.method(0).unwrap().symbol().unwrap(), "synth_quark");
        let Info::Flags(flags) = find(&lib, "Flags").info().unwrap() else {
            panic!()
        };
        assert!(flags.is_flags());
        assert_eq!(
            (flags.storage_type(), flags.error_domain().unwrap()),
            (TypeTag::UInt32, None)
        );

        let Info::Constant(c) = find(&lib, "GREETING").info().unwrap() else {
            panic!()
        };
        assert_eq!(c.value().unwrap(), ConstantValue::Utf8("héllo"));
        assert_eq!(c.raw().unwrap(), "héllo\0".as_bytes());
    }
}

#[test]
fn attributes_belong_to_one_blob() {
    for (lib, synth) in both() {
        let s = class(&lib);
        let pairs: Vec<_> = s.attributes().map(Result::unwrap).collect();
        assert_eq!(pairs, [("first", "one"), ("second", "two")]);
        assert_eq!(s.attribute("second").unwrap(), Some("two"));
        assert_eq!(s.attribute("result").unwrap(), None);
        assert_eq!(find(&lib, "LoaderClass").attributes().count(), 2);
        let signature = Signature::at(&lib, synth.load_signature).unwrap();
        assert_eq!(signature.attribute("result").unwrap(), Some("of load"));
        assert_eq!(loader(&lib).attributes().count(), 0);
        assert_eq!(lib.entry(13).unwrap().attributes().count(), 0);
    }
}

/// A copy of the synthetic typelib with some bytes replaced.
fn with(changes: &[(usize, &[u8])]) -> Typelib {
    let mut data = synth(0).data;
    for (at, bytes) in changes {
        data[*at..*at + bytes.len()].copy_from_slice(bytes);
    }
    Typelib::from_bytes(data, "Synth-1.0.typelib").unwrap()
}

#[test]
fn a_type_that_contains_itself_is_refused_after_some_depth() {
    let list = synth(0).list_of_lists;
    let lib = with(&[(list as usize + 4, &list.to_le_bytes())]);
    let mut t = function(&lib, "load")
        .signature()
        .unwrap()
        .return_type()
        .unwrap();
    let error = (0..1000)
        .find_map(|_| match t.param_type(0) {
            Ok(inner) => {
                t = inner;
                None
            }
            Err(e) => Some(e),
        })
        .expect("the cycle is noticed");
    assert_eq!(error.kind(), ErrorKind::Type);
    let error = lib.validate().unwrap_err();
    assert_eq!(
        (error.kind(), error.offset()),
        (ErrorKind::Type, Some(list))
    );
    assert!(error.to_string().contains("contains itself"), "{error}");
}

#[test]
fn an_object_derived_from_itself_is_refused() {
    let good = synth(0);
    let lib = Typelib::from_bytes(good.data, "x").unwrap();
    let at = loader(&lib).offset() as usize;
    let lib = with(&[(at + 16, &4u16.to_le_bytes())]);
    let error = lib.validate().unwrap_err();
    assert!(error.to_string().contains("derived from itself"), "{error}");
}

#[test]
fn blobs_inside_each_other_do_not_take_forever() {
    // One struct with 20,000 methods, whose signatures of 28,672 arguments each lie in each other, one argument apart.
    // Four words repeat: what is the result and its flags in one signature is the end of an argument in another.
    let (methods, arguments) = (20_000u32, 0x7000u32);
    let mut data = synth(0).data;
    let at = data.len();
    let name = u32::from_le_bytes(data[44..48].try_into().unwrap());
    let signatures = at as u32 + 32 + methods * 20;
    let mut put = |word: u32| data.extend_from_slice(&word.to_le_bytes());
    for word in [3, name, 0, 0, 0, methods << 16, 0, 0] {
        put(word);
    }
    for i in 0..methods {
        for word in [1, name, name, signatures + 16 * i, 1] {
            put(word);
        }
    }
    for _ in 0..methods + arguments {
        for word in [0, arguments << 16, name, 0] {
            put(word);
        }
    }
    let size = data.len() as u32;
    data[40..44].copy_from_slice(&size.to_le_bytes());
    // It takes the place of the class struct, entry 5.
    let directory = u32::from_le_bytes(data[24..28].try_into().unwrap()) as usize;
    data[directory + 4 * 12 + 8..][..4].copy_from_slice(&(at as u32).to_le_bytes());
    let lib = Typelib::from_bytes(data, "Synth-1.0.typelib").unwrap();
    let last = class(&lib).method(19_999).unwrap().signature().unwrap();
    assert_eq!(
        last.arg(28_671).unwrap().type_info().unwrap().tag(),
        TypeTag::Filename
    );
    let error = lib.validate().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Overlap);
    let text = error.to_string();
    assert!(
        text.contains(&format!("more than {size} items in a file of {size} bytes")),
        "{text}"
    );
}

#[test]
fn faults_in_the_header_are_named() {
    let good = synth(0).data;
    let refused = |at: usize, bytes: &[u8], part: &str| {
        let mut data = good.clone();
        data[at..at + bytes.len()].copy_from_slice(bytes);
        let error = Typelib::from_bytes(data, "bad.typelib").unwrap_err();
        let text = error.to_string();
        assert!(text.starts_with("bad.typelib: offset 0x"), "{text}");
        assert!(text.contains(part), "{text}");
    };
    refused(0, b"NOPE", "magic");
    refused(16, &[5], "expected format version 4, found 5");
    refused(22, &[0xff, 0xff], "65535 local entries, but only 14");
    refused(24, &[0xff; 4], "directory of 14 entries");
    refused(24, &[4, 0, 0, 0], "overlaps the header");
    refused(28, &[0xff, 0xff, 0, 0], "table of 65535 attributes");
    refused(44, &[0; 4], "namespace");
    refused(44, &[0xff; 4], "namespace");
    refused(
        62,
        &[19, 0],
        "expected at least 20 bytes for each function, found 19",
    );
    refused(96, &[0xff; 4], "list of sections");
    let size = (good.len() as u32).to_be_bytes();
    refused(40, &size, "order of another kind of machine");
    refused(40, &[1, 0, 0, 0], "announces 1 bytes");
    assert!(Typelib::from_bytes(good[..100].to_vec(), "x").is_err());
    assert!(Typelib::from_bytes(Vec::new(), "x").is_err());
}

#[test]
fn faults_in_members_are_found_at_their_place() {
    let good = synth(0);
    let lib = Typelib::from_bytes(good.data, "x").unwrap();
    let o = loader(&lib);
    let check = |at: u32, bytes: &[u8], kind: ErrorKind, part: &str| {
        let lib = with(&[(at as usize, bytes)]);
        let error = lib.validate().unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.to_string().contains(part), "{error}");
    };
    check(
        o.offset(),
        &[3],
        ErrorKind::Blob,
        "expected object (blob type 7), found blob type 3",
    );
    check(
        o.offset() + 34,
        &[0],
        ErrorKind::Blob,
        "announces 0 fields with callbacks",
    );
    check(o.offset() + 16, &[99], ErrorKind::Directory, "found 99");
    check(
        o.offset() + 16,
        &[5],
        ErrorKind::Directory,
        "object as parent",
    );
    check(
        o.offset() + 60,
        &[4],
        ErrorKind::Directory,
        "expected interface, found entry 4",
    );
    let size = o.find_property("size").unwrap().unwrap();
    check(
        size.offset() + 4,
        &(2u32 | 6 << 17).to_le_bytes(),
        ErrorKind::Index,
        "getter",
    );
    let read = o.method(1).unwrap();
    check(
        read.offset() + 12,
        &[0xff; 4],
        ErrorKind::OutOfBounds,
        "signature",
    );
    check(read.offset() + 12, &[0; 4], ErrorKind::Blob, "header");
    check(
        read.offset() + 8,
        &[0; 4],
        ErrorKind::String,
        "function symbol",
    );
    let data = function(&lib, "load").signature().unwrap().arg(0).unwrap();
    check(
        data.offset() + 5,
        &[5],
        ErrorKind::Blob,
        "scope from 0 to 4",
    );
    check(data.offset() + 8, &[8], ErrorKind::Index, "user data");
    let array = data.type_info().unwrap();
    check(
        array.offset() + 2,
        &[8],
        ErrorKind::Index,
        "length argument",
    );
    check(array.offset(), &[31 << 3], ErrorKind::Type, "found 31");
    check(
        data.offset() + 12,
        &(15u32 << 27).to_le_bytes(),
        ErrorKind::Type,
        "basic type, found 15",
    );
    let storage = kind(&lib).offset() + 2;
    check(storage, &[0], ErrorKind::Blob, "storage type");
    let Info::Constant(c) = find(&lib, "GREETING").info().unwrap() else {
        panic!()
    };
    check(c.offset() + 12, &[6], ErrorKind::Blob, "NUL");
    let text = c.offset() + 16;
    let value = u32::from_le_bytes(lib.data()[text as usize..][..4].try_into().unwrap());
    check(value + 1, &[0xff], ErrorKind::Blob, "UTF-8");
    let name = u32::from_le_bytes(
        lib.data()[o.offset() as usize + 4..][..4]
            .try_into()
            .unwrap(),
    );
    check(
        name,
        &[0xff],
        ErrorKind::String,
        "not UTF-8: found \"\\xffoader\"",
    );
}
