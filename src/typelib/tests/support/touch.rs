//! Touches whatever accessors can reach, and goes on after errors, which `validate` does not.

use std::collections::HashSet;

use gijit_typelib::{
    Arg, Attributes, Callback, Constant, Entry, Enum, Error, Field, Function, Info, Interface,
    Object, Property, Result, Signal, Signature, Struct, Type, Typelib, Union, VFunc, Value,
};

/// A walk with a limit, since a broken file may describe more things than anyone wants to see.
pub struct Touch<'f> {
    budget: u32,
    seen: HashSet<u32>,
    on_error: &'f mut dyn FnMut(&Error),
}

impl<'f> Touch<'f> {
    /// Calls at most about `budget` accessors that can fail, and hands each error to `on_error`.
    pub fn all(lib: &Typelib, budget: u32, on_error: &'f mut dyn FnMut(&Error)) {
        let mut touch = Touch {
            budget,
            seen: HashSet::new(),
            on_error,
        };
        touch.ok(lib.dependencies());
        touch.ok(lib.shared_libraries());
        touch.ok(lib.c_prefix());
        touch.ok(lib.matches_gtype_name_prefix("GObject"));
        touch.ok(lib.find_by_gtype_name("GObject"));
        touch.ok(lib.find_error_domain("g-io-error-quark"));
        for name in ["Module", "Context", "no such name", "", "häßlich"] {
            touch.ok(lib.find(name));
        }
        for entry in lib.entries().chain(lib.foreign_entries()) {
            if touch.budget == 0 {
                return;
            }
            touch.entry(entry);
            if let Some(name) = touch.ok(entry.name()) {
                touch.ok(lib.find(name));
            }
        }
    }

    fn ok<T>(&mut self, result: Result<T>) -> Option<T> {
        self.budget = self.budget.saturating_sub(1);
        result.inspect_err(|e| (self.on_error)(e)).ok()
    }

    fn members<T>(
        &mut self,
        members: impl Iterator<Item = Result<T>>,
        each: impl Fn(&mut Self, T),
    ) {
        for member in members {
            if self.budget == 0 {
                return;
            }
            if let Some(member) = self.ok(member) {
                each(self, member);
            }
        }
    }

    fn attributes(&mut self, attributes: Attributes<'_>) {
        self.members(attributes, |_, _| ());
    }

    fn entry(&mut self, e: Entry<'_>) {
        let _ = (e.index(), e.is_local(), e.blob_type(), e.blob_type_number());
        let _ = format!("{e:?}");
        self.ok(e.foreign());
        self.ok(e.namespace());
        self.attributes(e.attributes());
        match self.ok(e.info()) {
            Some(Info::Function(f)) => self.function(f),
            Some(Info::Callback(c)) => self.callback(c),
            Some(Info::Struct(s) | Info::Boxed(s)) => self.structure(s),
            Some(Info::Enum(e) | Info::Flags(e)) => self.enumeration(e),
            Some(Info::Object(o)) => self.object(o),
            Some(Info::Interface(i)) => self.interface(i),
            Some(Info::Constant(c)) => self.constant(c),
            Some(Info::Union(u)) => self.union(u),
            Some(Info::InvalidOrUnknown) | None => {}
        }
    }

    fn function(&mut self, f: Function<'_>) {
        let _ = (
            f.flags(),
            f.is_deprecated(),
            f.property_index(),
            f.vfunc_index(),
        );
        let _ = (
            f.is_async(),
            f.async_function(),
            f.sync_function(),
            f.finish_function(),
        );
        let _ = format!("{f:?}");
        self.ok(f.name());
        self.ok(f.symbol());
        self.ok(f.can_throw_gerror());
        self.attributes(f.attributes());
        self.signature(f.signature());
        self.ok(Function::at(f.typelib(), f.offset()));
    }

    fn callback(&mut self, c: Callback<'_>) {
        let _ = c.is_deprecated();
        self.ok(c.name());
        self.attributes(c.attributes());
        self.signature(c.signature());
    }

    fn signal(&mut self, s: Signal<'_>) {
        let _ = (
            s.flags(),
            s.class_closure(),
            s.true_stops_emit(),
            s.is_deprecated(),
        );
        self.ok(s.name());
        self.ok(s.attribute("key"));
        self.signature(s.signature());
    }

    fn vfunc(&mut self, v: VFunc<'_>) {
        let _ = (
            v.flags(),
            v.struct_offset(),
            v.invoker(),
            v.signal(),
            v.is_static(),
        );
        let _ = (
            v.is_async(),
            v.async_function(),
            v.sync_function(),
            v.finish_function(),
        );
        self.ok(v.name());
        self.ok(v.can_throw_gerror());
        self.signature(v.signature());
    }

    fn signature(&mut self, s: Result<Signature<'_>>) {
        let Some(s) = self.ok(s) else { return };
        let _ = (
            s.may_return_null(),
            s.caller_owns(),
            s.skip_return(),
            s.throws(),
        );
        let _ = s.instance_transfer_ownership();
        self.type_(s.return_type());
        self.attributes(s.attributes());
        self.ok(s.arg(s.n_arguments()).map(|_| ()).or(Ok(())));
        // A shared or self-containing signature need not be seen twice.
        if self.seen.insert(s.offset()) {
            self.members(s.args(), Self::arg);
        }
    }

    fn arg(&mut self, a: Arg<'_>) {
        let _ = (
            a.direction(),
            a.caller_allocates(),
            a.nullable(),
            a.optional(),
        );
        let _ = (
            a.transfer_ownership(),
            a.skip(),
            a.return_value(),
            a.scope(),
        );
        let _ = (a.closure(), a.destroy());
        self.ok(a.name());
        self.attributes(a.attributes());
        self.type_(a.type_info());
    }

    fn type_(&mut self, t: Result<Type<'_>>) {
        if self.budget == 0 {
            return;
        }
        let Some(t) = self.ok(t) else { return };
        let _ = (t.tag(), t.is_pointer(), t.array_type(), t.zero_terminated());
        let _ = (t.length_index(), t.fixed_size(), format!("{t:?}"));
        if let Some(Some(callback)) = self.ok(t.embedded_callback()) {
            if self.seen.insert(callback.offset()) {
                self.callback(callback);
            }
        } else if t.tag() == gijit_typelib::TypeTag::Interface
            && let Some(entry) = self.ok(t.interface())
        {
            self.ok(entry.name());
            self.ok(entry.info());
        }
        for n in 0..t.n_params() {
            self.type_(t.param_type(n));
        }
    }

    fn field(&mut self, f: Field<'_>) {
        let _ = (
            f.flags(),
            f.bits(),
            f.struct_offset(),
            f.has_embedded_type(),
        );
        self.ok(f.name());
        self.attributes(f.attributes());
        self.type_(f.type_info());
    }

    fn structure(&mut self, s: Struct<'_>) {
        let _ = (s.size(), s.alignment(), s.is_gtype_struct(), s.is_foreign());
        for string in [s.gtype_name(), s.gtype_init(), s.copy_func(), s.free_func()] {
            self.ok(string);
        }
        self.members(s.fields_iter(), Self::field);
        self.members(s.methods_iter(), Self::function);
        self.ok(s.find_method("new"));
        self.ok(s.find_field("parent"));
        self.last(s.fields(), |i| s.field(i));
        self.last(s.methods(), |i| s.method(i));
    }

    fn union(&mut self, u: Union<'_>) {
        let _ = (u.size(), u.alignment(), u.discriminator_offset());
        for string in [u.gtype_name(), u.gtype_init(), u.copy_func(), u.free_func()] {
            self.ok(string);
        }
        self.members(u.fields_iter(), Self::field);
        self.members(u.methods_iter(), Self::function);
        self.ok(u.discriminator_type());
        self.last(u.fields(), |i| u.discriminator(i));
        self.ok(u.find_method("new"));
    }

    fn enumeration(&mut self, e: Enum<'_>) {
        let _ = (e.is_flags(), e.storage_type(), e.unregistered());
        for string in [e.gtype_name(), e.gtype_init(), e.error_domain()] {
            self.ok(string);
        }
        self.members(e.values_iter(), Self::value);
        self.members(e.methods_iter(), Self::function);
        self.last(e.values(), |i| e.value(i));
        self.ok(e.find_value("none"));
    }

    fn value(&mut self, v: Value<'_>) {
        let _ = (v.value(), v.is_deprecated());
        self.ok(v.name());
    }

    fn property(&mut self, p: Property<'_>) {
        let _ = (p.flags(), p.transfer_ownership(), p.setter(), p.getter());
        self.ok(p.name());
        self.type_(p.type_info());
    }

    fn constant(&mut self, c: Constant<'_>) {
        self.ok(c.name());
        self.ok(c.raw());
        self.ok(c.value());
        self.type_(c.type_info());
    }

    fn object(&mut self, o: Object<'_>) {
        let _ = (
            o.is_abstract(),
            o.is_fundamental(),
            o.is_final(),
            format!("{o:?}"),
        );
        for string in [
            o.gtype_name(),
            o.gtype_init(),
            o.ref_func(),
            o.unref_func(),
            o.set_value_func(),
            o.get_value_func(),
        ] {
            self.ok(string);
        }
        self.ok(o.parent());
        self.ok(o.class_struct());
        self.members((0..o.interfaces()).map(|i| o.interface(i)), |_, _| ());
        self.members(o.fields_iter(), Self::field);
        self.members(o.properties_iter(), Self::property);
        self.members(o.methods_iter(), Self::function);
        self.members(o.signals_iter(), Self::signal);
        self.members(o.vfuncs_iter(), Self::vfunc);
        self.members(o.constants_iter(), Self::constant);
        self.last(o.fields(), |i| o.field(i));
        self.last(o.constants(), |i| o.constant(i));
        self.ok(o.find_method("new"));
        self.ok(o.find_property("name"));
        self.ok(o.find_signal("notify"));
        self.ok(o.find_vfunc("finalize"));
    }

    fn interface(&mut self, i: Interface<'_>) {
        self.ok(i.gtype_name());
        self.ok(i.gtype_init());
        self.ok(i.iface_struct());
        self.members((0..i.prerequisites()).map(|n| i.prerequisite(n)), |_, _| ());
        self.members(i.properties_iter(), Self::property);
        self.members(i.methods_iter(), Self::function);
        self.members(i.signals_iter(), Self::signal);
        self.members(i.vfuncs_iter(), Self::vfunc);
        self.members(i.constants_iter(), Self::constant);
        self.ok(i.find_method("new"));
    }

    /// The last member, and the one after it, which does not exist.
    fn last<T>(&mut self, n: u16, get: impl Fn(u16) -> Result<T>) {
        if let Some(last) = n.checked_sub(1) {
            self.ok(get(last));
        }
        self.ok(get(n).map(|_| ()));
    }
}
