//! Layouts of well-known structs, held against their C declarations by hand, and rules that hold for all of GLib's.

use std::sync::Arc;

use gijit_plan::record::{self, Bits, Layout, Leaf, RecordForm, RecordPlan};
use gijit_plan::{ArrayForm, Kind, StructForm, Type, TypeRef};
use gijit_repository::{Namespace, Repository};
use gijit_typelib::Info;

fn repository() -> Repository {
    let repository = Repository::new();
    repository.require("Gio", Some("2.0")).unwrap();
    repository
}

fn of(path: &str) -> TypeRef {
    let (namespace, name) = path.split_once('.').unwrap();
    TypeRef {
        namespace: namespace.into(),
        name: name.into(),
    }
}

fn plan(path: &str) -> RecordPlan {
    let TypeRef { namespace, name } = of(path);
    let repository = repository();
    let namespace = repository.get(&namespace).unwrap();
    record::record(&repository, &namespace, &name).unwrap()
}

fn layout(path: &str) -> Option<Layout> {
    record::layout(&repository(), &of(path)).unwrap()
}

/// Name, type and offset of each field; `!` marks those that Python must not write.
fn fields(plan: &RecordPlan) -> Vec<String> {
    let fields = plan.fields.iter().map(|field| {
        let offset = field.offset.map_or("?".to_owned(), |at| at.to_string());
        let mark = if field.writable { "" } else { "!" };
        format!("{} {} {offset}{mark}", field.name, field.ty)
    });
    fields.collect()
}

#[test]
fn fields_follow_the_c_declarations() {
    let plan = plan("GLib.OptionEntry");
    assert_eq!(plan.form, RecordForm::Struct);
    assert_eq!((plan.size, plan.alignment), (48, 8));
    assert_eq!(
        fields(&plan),
        [
            "long_name utf8 0",
            "short_name gint8 8",
            "flags gint32 12",
            "arg GLib.OptionArg 16",
            "arg_data gpointer 24",
            "description utf8 32",
            "arg_description utf8 40",
        ]
    );
}

#[test]
fn instances_have_fields() {
    let plan = plan("GObject.Object");
    assert_eq!((plan.form, plan.size), (RecordForm::Object, 0));
    assert_eq!(
        fields(&plan),
        [
            "g_type_instance GObject.TypeInstance 0!",
            "ref_count guint32 8!",
            "qdata GLib.Data 16!",
        ]
    );
}

#[test]
fn an_array_says_where_its_length_is_and_where_it_stands() {
    let query = plan("GObject.SignalQuery");
    let field = &query.fields[6];
    assert_eq!(&*field.name, "param_types");
    assert!(field.pointer);
    let Type::Array {
        form: ArrayForm::C,
        length: Some(length),
        ..
    } = &field.ty
    else {
        panic!("{}", field.ty)
    };
    assert_eq!(&*query.fields[usize::from(*length)].name, "n_params");

    let value = plan("GObject.Value");
    let data = &value.fields[1];
    assert!(!data.pointer);
    assert!(matches!(&data.ty, Type::Array { fixed: Some(2), .. }));
}

#[test]
fn bit_fields_of_dates_are_where_c_has_them() {
    let plan = plan("GLib.Date");
    let place = |name: &str| {
        let field = plan.fields.iter().find(|field| &*field.name == name);
        field.map(|field| (field.offset, field.bits)).unwrap()
    };
    let bits = |shift, width| Some(Bits { shift, width });
    assert_eq!(place("julian_days"), (Some(0), None));
    assert_eq!(place("day"), (Some(4), bits(2, 6)));
    assert_eq!(place("year"), (Some(5), bits(4, 16)));
    let layout = layout("GLib.Date").unwrap();
    assert_eq!((layout.size, layout.alignment), (8, 4));
}

#[test]
fn only_numbers_are_simple() {
    let repository = repository();
    let simple = |path: &str| record::is_simple(&repository, &of(path)).unwrap();
    assert!(simple("GLib.TimeVal"));
    assert!(simple("GLib.PollFD"));
    // A text, a GType, an array, a union.
    assert!(!simple("GLib.OptionEntry"));
    assert!(!simple("GObject.TypeQuery"));
    assert!(!simple("GObject.Value"));
    assert!(!simple("GLib.TokenValue"));
    assert!(record::is_simple(&repository, &of("GLib.NoSuchThing")).is_err());
}

#[test]
fn leaves_are_the_scalars_of_all_that_is_inside() {
    let leaf = |offset, size, float| Leaf {
        offset,
        size,
        float,
    };
    assert_eq!(
        layout("GLib.PollFD"),
        Some(Layout {
            size: 8,
            alignment: 4,
            leaves: vec![leaf(0, 4, false), leaf(4, 2, false), leaf(6, 2, false)],
        })
    );
    // GType g_type; union { gint v_int; … gfloat v_float; gdouble v_double; gpointer v_pointer; } data[2];
    let value = layout("GObject.Value").unwrap();
    assert_eq!((value.size, value.alignment), (24, 8));
    assert_eq!(value.leaves[0], leaf(0, 8, false));
    assert!(value.leaves.contains(&leaf(8, 8, true)));
    assert!(value.leaves.contains(&leaf(16, 4, true)));
    assert!(value.leaves.contains(&leaf(16, 8, false)));
    // Opaque.
    assert_eq!(layout("GLib.AsyncQueue"), None);
}

#[test]
fn structs_without_a_gtype_are_told_apart() {
    let entry = plan("Gio.ActionEntry");
    assert_eq!(entry.of.to_string(), "Gio.ActionEntry");
    let closure = plan("GObject.CClosure");
    let forms: Vec<_> = closure
        .fields
        .iter()
        .filter_map(|field| match &field.ty {
            Type::Struct { form, .. } => Some(*form),
            _ => None,
        })
        .collect();
    assert_eq!(forms, [StructForm::Closure]);
    let node = plan("GLib.Node");
    let Type::Struct { form, .. } = &node.fields[1].ty else {
        panic!("{}", node.fields[1].ty)
    };
    assert_eq!(*form, StructForm::Bare);
}

#[test]
fn every_field_of_glib_lies_in_its_record() {
    let repository = repository();
    let mut n = 0;
    for name in ["GLib", "GObject", "Gio"] {
        let namespace: Arc<Namespace> = repository.get(name).unwrap();
        for entry in namespace.typelib().entries() {
            let is_record = matches!(
                entry.info().unwrap(),
                Info::Struct(_) | Info::Boxed(_) | Info::Union(_)
            );
            if !entry.is_local() || !is_record {
                continue;
            }
            let name = entry.name().unwrap();
            let plan = record::record(&repository, &namespace, name).unwrap();
            for field in &plan.fields {
                n += 1;
                // What C has another type for cannot be read.
                let Some(offset) = field.offset else {
                    continue;
                };
                let size = field.bits.map(|bits| bits.bytes() as u32);
                let size = size.unwrap_or_else(|| smallest(&field.ty, field.pointer));
                let end = offset + size;
                assert!(end <= plan.size, "{name}.{}", field.name);
            }
            let layout = record::layout(&repository, &plan.of).unwrap();
            if let Some(layout) = layout {
                assert_eq!((layout.size, layout.alignment), (plan.size, plan.alignment));
            }
        }
    }
    assert!(n > 1000);
}

/// What a field takes at least, in bytes.
fn smallest(ty: &Type, pointer: bool) -> u32 {
    match ty {
        Type::Scalar(kind) | Type::Enum(_, kind) | Type::Flags(_, kind) => kind.size() as u32,
        Type::Struct {
            pointer: false,
            size,
            ..
        }
        | Type::Union {
            pointer: false,
            size,
            ..
        } => *size,
        _ if !pointer && !matches!(ty, Type::Callback(_)) => 0,
        _ => Kind::U64.size() as u32,
    }
}

#[test]
fn there_is_no_record_of_another_kind() {
    let repository = repository();
    let namespace = repository.get("GLib").unwrap();
    for name in ["ascii_strtoll", "OptionArg", "no such thing"] {
        assert!(record::record(&repository, &namespace, name).is_err());
    }
}
