//! Plans of well-known functions, held against their C prototypes and documentation by hand.

mod support;

use gijit_plan::keeps::{Keep, Until};
use gijit_plan::{
    CallPlan, Default, Direction, Job, Kind, Output, Role, Scope, StructForm, Transfer, Type,
    builder,
};
use gijit_repository::Repository;
use gijit_typelib::{Function, Info};

fn plan(path: &str) -> CallPlan {
    let repository = Repository::new();
    repository.require("Gio", Some("2.0")).unwrap();
    support::function(&repository, path)
}

fn shape(path: &str) -> String {
    match plan(path).shape {
        Ok(shape) => shape.to_string(),
        Err(unsupported) => unsupported.to_string(),
    }
}

/// Names of what Python passes; `=` marks what it may leave out, `*` the user data that takes the rest.
fn inputs(plan: &CallPlan) -> Vec<String> {
    let mut names = Vec::new();
    for &i in &plan.inputs {
        let arg = &plan.args[usize::from(i)];
        let mark = if arg.default.is_some() { "=" } else { "" };
        names.push(format!("{}{mark}", arg.name));
    }
    if let Some(i) = plan.user_data_varargs {
        names.push(format!("*{}", plan.args[usize::from(i)].name));
    }
    names
}

/// Names of what Python gets; `->` is the return value.
fn outputs(plan: &CallPlan) -> Vec<&str> {
    let name = |output: &Output| match output {
        Output::Return => "->",
        Output::Arg(i) => &plan.args[usize::from(*i)].name,
    };
    plan.outputs.iter().map(name).collect()
}

fn jobs(plan: &CallPlan) -> Vec<Job> {
    plan.args.iter().map(|arg| arg.job).collect()
}

#[test]
fn shapes_follow_the_c_prototypes() {
    for (path, expected) in [
        // gboolean (GFile *, GCancellable *nullable)
        ("Gio.File.query_exists", "rel (obj, obj?=) -> bool"),
        // char * (GKeyFile *, const char *, const char *, GError **), to be freed
        ("GLib.KeyFile.get_string", "rel (box, str, str) -> str+ !"),
        // void (GDateTime *, int *, int *, int *)
        (
            "GLib.DateTime.get_ymd",
            "rel (box, >i32, >i32, >i32) -> void",
        ),
        // GDateTime * (GTimeZone *, int, int, int, int, int, double)
        (
            "GLib.DateTime.new",
            "rel (box, i32, i32, i32, i32, i32, f64) -> box+",
        ),
        // GChecksum * (GChecksumType)
        ("GLib.Checksum.new", "rel (enum) -> box+"),
        // const char * in the file system's encoding
        ("GLib.get_user_name", "rel () -> path"),
        ("GLib.unichar_toupper", "rel (char) -> char"),
        ("GLib.random_double", "rel () -> f64"),
        // const char * (GType)
        ("GObject.type_name", "rel (gtype) -> str"),
        // gboolean (const char *, GTimeVal *), the caller's memory
        ("GLib.TimeVal.from_iso8601", "rel (str, *>box) -> bool"),
        // GBinding * (gpointer GObject, const char *, gpointer GObject, const char *, GBindingFlags)
        (
            "GObject.Object.bind_property",
            "rel (obj, str, obj, str, flags) -> obj",
        ),
        // gboolean (GListStore *, gpointer GObject, guint *)
        ("Gio.ListStore.find", "rel (obj, obj, >u32) -> bool"),
        // gboolean (GSettings *, const char *, gboolean)
        ("Gio.Settings.set_boolean", "rel (obj, str, bool=) -> bool"),
        // GSimpleAction * (const char *, const GVariantType *nullable)
        ("Gio.SimpleAction.new", "rel (str, box?=) -> obj+"),
        // A required argument behind a nullable one: the latter can be left out only where all are named.
        // void (GApplication *, const char *nullable, GNotification *)
        (
            "Gio.Application.send_notification",
            "rel (obj, str?, obj) -> void",
        ),
        // GFile * (const char *path)
        ("Gio.File.new_for_path", "rel (path) -> obj+"),
        // A fundamental type that is no GObject.
        ("GObject.ParamSpec.get_name", "rel (obj) -> str"),
        // char ** (GApplicationCommandLine *, int *argc)
        (
            "Gio.ApplicationCommandLine.get_arguments",
            "rel (obj, #>i32) -> any",
        ),
        ("GLib.Variant.is_container", "rel (box) -> bool"),
        // GVariant * (GVariant *, gsize)
        ("GLib.Variant.get_child_value", "rel (box, u64) -> any"),
        // void (GObject *, const char *, const GValue *)
        ("GObject.Object.set_property", "rel (obj, str, any) -> void"),
        // void (GFile *, const char *, GFileQueryInfoFlags, int, GCancellable *nullable, GAsyncReadyCallback, gpointer)
        // Its callback is not optional: without one it is the interpreter that calls, who knows what can be awaited.
        (
            "Gio.File.enumerate_children_async",
            "rel (obj, str, flags, i32, obj?, any, #any, ...) -> void",
        ),
        // GTree * (GCompareDataFunc, gpointer, GDestroyNotify, GDestroyNotify): the last is linked to the comparison.
        ("GLib.Tree.new_full", "rel (any, any, any, #any) -> box+"),
        // gboolean (const char *nullable, char **, char **nullable, GSpawnFlags, GSpawnChildSetupFunc nullable,
        // gpointer, GPid *, GError **)
        (
            "GLib.spawn_async",
            "rel (path?, any, any, flags, any=, #any, >i32, ...) -> bool !",
        ),
        // gboolean (GFile *, GCancellable *nullable, char **, gsize *, char **, GError **)
        (
            "Gio.File.load_contents",
            "rel (obj, obj?=, >any, #>u64, >str+) -> bool !",
        ),
        // int (GApplication *, int, char **)
        ("Gio.Application.run", "rel (obj, #i32, any=) -> i32"),
        // GList * (const char *)
        ("Gio.AppInfo.get_all_for_type", "rel (str) -> any"),
        // guchar * (GDBusMessage *), up to zero
        ("Gio.DBusMessage.get_header_fields", "rel (obj) -> any"),
    ] {
        assert_eq!(shape(path), expected, "{path}");
    }
}

#[test]
fn nullable_arguments_have_a_default_wherever_they_stand() {
    let plan = plan("Gio.DBusConnection.signal_subscribe");
    assert_eq!(
        inputs(&plan),
        [
            "self",
            "sender=",
            "interface_name=",
            "member=",
            "object_path=",
            "arg0=",
            "flags",
            "callback",
            "*user_data"
        ]
    );
}

#[test]
fn a_callback_has_its_user_data_and_destroy_notification() {
    // guint (int priority, guint interval, GSourceFunc function, gpointer data, GDestroyNotify notify)
    let plan = plan("GLib.timeout_add");
    assert_eq!(plan.symbol.as_deref(), Some("g_timeout_add_full"));
    assert_eq!(
        jobs(&plan),
        [
            Job::Value,
            Job::Value,
            Job::Value,
            Job::UserData { of: 2 },
            Job::Destroy { of: 2 }
        ]
    );
    let function = &plan.args[2];
    assert_eq!((function.closure, function.destroy), (Some(3), Some(4)));
    assert_eq!(function.scope, Scope::Notified);
    // The user data is the last that Python sees.
    assert_eq!(inputs(&plan), ["priority", "interval", "function", "*data"]);
    assert_eq!(outputs(&plan), ["->"]);
}

#[test]
fn a_destroy_notification_has_no_user_data_of_its_own() {
    // gulong (guint, GQuark, GSignalEmissionHook, gpointer hook_data, GDestroyNotify): the compiler links the last
    // two to each other as well.
    let plan = plan("GObject.signal_add_emission_hook");
    assert_eq!(
        jobs(&plan)[2..],
        [Job::Value, Job::UserData { of: 2 }, Job::Destroy { of: 2 }]
    );
    assert_eq!(plan.user_data_varargs, Some(3));
}

#[test]
fn links_of_methods_count_the_instance() {
    // void (GFile *, const char *, GFileQueryInfoFlags, int, GCancellable *, GAsyncReadyCallback, gpointer)
    let plan = plan("Gio.File.enumerate_children_async");
    assert_eq!(plan.role, Role::Method);
    assert_eq!(plan.args[0].job, Job::Instance);
    assert_eq!(plan.args[5].closure, Some(6));
    assert_eq!(plan.args[5].scope, Scope::Async);
    assert_eq!(plan.args[6].job, Job::UserData { of: 5 });
    assert_eq!(
        inputs(&plan),
        [
            "self",
            "attributes",
            "flags",
            "io_priority",
            "cancellable=",
            "callback=",
            "*user_data"
        ]
    );
    assert!(outputs(&plan).is_empty());
    assert!(plan.shape.is_ok_and(|shape| shape.takes_more));
}

#[test]
fn user_data_before_other_inputs_is_an_input_of_its_own() {
    // GTree * (GCompareDataFunc, gpointer, GDestroyNotify key, GDestroyNotify value): the typelib links the last
    // one to the comparison.
    let plan = plan("GLib.Tree.new_full");
    assert_eq!(
        inputs(&plan),
        ["key_compare_func", "key_compare_data=", "key_destroy_func"]
    );
    assert_eq!(plan.user_data_varargs, None);
    assert_eq!(plan.args[3].job, Job::Destroy { of: 0 });
    assert_eq!(plan.role, Role::Constructor);
}

#[test]
fn spawning_takes_arrays_a_callback_and_gives_the_child() {
    let plan = plan("GLib.spawn_async");
    assert!(plan.throws);
    assert_eq!(
        inputs(&plan),
        [
            "working_directory=",
            "argv",
            "envp=",
            "flags",
            "child_setup=",
            "*user_data"
        ]
    );
    assert_eq!(outputs(&plan), ["->", "child_pid"]);
    assert_eq!(plan.args[0].ty, Type::Filename);
    let Type::Array {
        item,
        zero_terminated,
        length,
        ..
    } = &plan.args[1].ty
    else {
        panic!("{}", plan.args[1].ty);
    };
    assert_eq!(
        (&**item, *zero_terminated, *length),
        (&Type::Filename, true, None)
    );
}

#[test]
fn lengths_are_hidden_on_either_side_and_of_return_values() {
    // gboolean (GFile *, GCancellable *, char **contents, gsize *length, char **etag_out, GError **)
    let load = plan("Gio.File.load_contents");
    assert_eq!(load.args[3].job, Job::Length { of: 2 });
    assert_eq!(inputs(&load), ["self", "cancellable="]);
    assert_eq!(outputs(&load), ["->", "contents", "etag_out"]);
    assert!(load.args[4].nullable && load.args[4].optional);
    assert_eq!(load.args[4].default, None);

    // int (GApplication *, int argc, char **argv)
    let run = plan("Gio.Application.run");
    assert_eq!(run.args[1].job, Job::Length { of: 2 });
    assert_eq!(inputs(&run), ["self", "argv="]);

    // char ** (GApplicationCommandLine *, int *argc)
    let arguments = plan("Gio.ApplicationCommandLine.get_arguments");
    assert_eq!(arguments.args[1].job, Job::ReturnLength);
    assert_eq!(outputs(&arguments), ["->"]);

    // gboolean (GOptionContext *, int *argc, char ***argv, GError **)
    let parse = plan("GLib.OptionContext.parse");
    assert_eq!(parse.args[1].job, Job::Length { of: 2 });
    assert_eq!(parse.args[2].direction, Direction::InOut);
    assert_eq!(
        (inputs(&parse), outputs(&parse)),
        (vec!["self".into(), "argv=".into()], vec!["->", "argv"])
    );
}

#[test]
fn a_length_may_be_claimed_by_the_return_value_and_others_stay() {
    // char * (const char *str, gssize len, const char *, const char *, gsize *bytes_read, gsize *bytes_written)
    let plan = plan("GLib.convert");
    assert_eq!(inputs(&plan), ["str", "to_codeset", "from_codeset"]);
    assert_eq!(outputs(&plan), ["->", "bytes_read"]);
    assert_eq!(plan.args[1].job, Job::Length { of: 0 });
    assert_eq!(plan.args[5].job, Job::ReturnLength);
}

#[test]
fn an_instance_may_be_taken() {
    // gpointer (GBytes *bytes, gsize *size): frees the GBytes
    let plan = plan("GLib.Bytes.unref_to_data");
    assert_eq!(plan.args[0].transfer, Transfer::Full);
    let borrowed = self::plan("GLib.Bytes.get_size");
    assert_eq!(borrowed.args[0].transfer, Transfer::None);
    assert_eq!(shape("GLib.Bytes.get_size"), "rel (box) -> u64");
}

#[test]
fn structs_say_what_they_are() {
    let form = |path, i: usize| match &plan(path).args[i].ty {
        Type::Struct {
            form,
            pointer,
            size,
            ..
        } => (*form, *pointer, *size > 0),
        other => panic!("{path}: {other}"),
    };
    assert_eq!(
        form("GLib.Bytes.get_size", 0),
        (StructForm::Plain, true, false)
    );
    assert_eq!(
        form("GLib.TimeVal.from_iso8601", 1),
        (StructForm::Bare, false, true)
    );
    assert_eq!(form("GLib.Variant.is_container", 0).0, StructForm::Variant);
    assert_eq!(form("GObject.Value.get_int", 0).0, StructForm::Value);
    assert_eq!(form("GObject.Closure.ref", 0).0, StructForm::Closure);
    assert_eq!(
        form("GObject.TypeClass.peek_parent", 0).0,
        StructForm::Class
    );
    assert_eq!(
        form("GObject.ObjectClass.install_property", 0).0,
        StructForm::Class
    );
    assert_eq!(plan("GLib.Error.matches").args[0].ty, Type::Error);
}

#[test]
fn deprecation_and_defaults_are_kept() {
    assert_eq!(plan("GLib.TimeVal.add").deprecated, Some(None));
    assert_eq!(plan("GLib.Checksum.new").deprecated, None);
    let set = plan("Gio.Settings.set_boolean");
    assert_eq!(set.args[2].default, Some(Default::False));
    assert_eq!(set.full_name(), "Gio.Settings.set_boolean");
}

#[test]
fn untyped_pointers_come_back_as_numbers() {
    // gpointer (gpointer GObject, const char *key)
    let plan = plan("GObject.Object.get_data");
    assert_eq!(plan.ret.ty, Type::Pointer);
    assert_eq!(outputs(&plan), ["->"]);
    assert_eq!(shape("GObject.Object.get_data"), "rel (obj, str) -> u64");
}

#[test]
fn callbacks_signals_and_virtual_functions_have_plans() {
    let repository = Repository::new();
    let gio = repository.require("Gio", None).unwrap();
    let info = |name| gio.typelib().find(name).unwrap().unwrap().info().unwrap();

    // void (GObject *nullable, GAsyncResult *, gpointer)
    let Info::Callback(callback) = info("AsyncReadyCallback") else {
        panic!("a callback has become something else");
    };
    let plan = builder::callback(&repository, &gio, None, callback).unwrap();
    assert_eq!(plan.role, Role::Callback);
    assert_eq!(plan.symbol, None);
    assert_eq!(
        jobs(&plan),
        [Job::Value, Job::Value, Job::UserData { of: 2 }]
    );
    assert_eq!(inputs(&plan), ["source_object=", "res"]);

    let Info::Object(application) = info("Application") else {
        panic!("a class has become something else");
    };
    // gint (GApplication *, GApplicationCommandLine *)
    let signal = application.find_signal("command-line").unwrap().unwrap();
    let plan = builder::signal(&repository, &gio, "Application", signal).unwrap();
    assert_eq!(plan.full_name(), "Gio.Application.command-line");
    assert_eq!(jobs(&plan), [Job::Instance, Job::Value]);
    assert_eq!(plan.ret.ty, Type::Scalar(Kind::I32));

    // gboolean (GApplication *, gchar ***arguments, int *exit_status)
    let vfunc = application
        .find_vfunc("local_command_line")
        .unwrap()
        .unwrap();
    let plan = builder::vfunc(&repository, &gio, "Application", vfunc).unwrap();
    assert_eq!(plan.role, Role::VFunc);
    assert_eq!(plan.args[1].direction, Direction::InOut);
    assert_eq!(outputs(&plan), ["->", "arguments", "exit_status"]);
}

#[test]
fn opaque_arguments_of_signals_are_pointers() {
    // void (GSimpleAction *, GVariant *nullable, gpointer): the typelib says nothing of a pointer.
    let repository = Repository::new();
    let gio = repository.require("Gio", None).unwrap();
    let Info::Object(action) = gio
        .typelib()
        .find("SimpleAction")
        .unwrap()
        .unwrap()
        .info()
        .unwrap()
    else {
        panic!("a class has become something else");
    };
    let signal = action.find_signal("change-state").unwrap().unwrap();
    let plan = builder::signal(&repository, &gio, "SimpleAction", signal).unwrap();
    assert!(plan.args[1].ty.is_pointer(), "{plan}");
}

#[test]
fn a_destroy_notification_that_links_back_is_none_with_a_notification_of_its_own() {
    // void (GLogWriterFunc, gpointer, GDestroyNotify): GLib 2.74 links the last to the first, too.
    let repository = Repository::new();
    let glib = repository.require("GLib", Some("2.0")).unwrap();
    let found = glib.typelib().find("log_set_writer_func").unwrap().unwrap();
    let Info::Function(function) = found.info().unwrap() else {
        panic!("GLib.log_set_writer_func has become something else");
    };
    let plan = builder::function(&repository, &glib, None, function).unwrap();
    let jobs: Vec<_> = plan.args.iter().map(|arg| arg.job).collect();
    let data = Job::UserData { of: 0 };
    assert_eq!(jobs, [Job::Value, data, Job::Destroy { of: 0 }]);
    assert_eq!(plan.args[0].destroy, Some(2));
    assert_eq!(plan.args[2].destroy, None);
}

#[test]
fn a_link_to_nowhere_is_an_error_that_names_it() {
    let original = Repository::new();
    let glib = original.require("GLib", Some("2.0")).unwrap();
    let Some(Ok(Info::Function(function))) = glib
        .typelib()
        .find("timeout_add")
        .unwrap()
        .map(|entry| entry.info())
    else {
        panic!("GLib.timeout_add is gone");
    };
    let callback = function.signature().unwrap().arg(2).unwrap();
    // Byte 8 of an argument is the index of its user data.
    let mut bytes = glib.typelib().data().to_vec();
    bytes[callback.offset() as usize + 8] = 77;
    let dir = std::env::temp_dir().join(format!("gijit-plan-test-{}", std::process::id()));
    std::fs::create_dir_all(&dir).unwrap();
    std::fs::write(dir.join("GLib-2.0.typelib"), bytes).unwrap();
    let repository = Repository::with_search_path(vec![dir.clone()]);
    let broken = repository.require("GLib", Some("2.0")).unwrap();
    std::fs::remove_dir_all(dir).unwrap();
    let function = Function::at(broken.typelib(), function.offset()).unwrap();
    let error = builder::function(&repository, &broken, None, function).unwrap_err();
    assert_eq!(
        error.to_string(),
        "GLib.timeout_add: argument 'function' has its user data in argument number 77, which cannot be: \
         there are 5"
    );
}

#[test]
fn a_container_that_does_not_exist_is_an_error() {
    let repository = Repository::new();
    let gio = repository.require("Gio", Some("2.0")).unwrap();
    let Info::Interface(file) = gio.typelib().find("File").unwrap().unwrap().info().unwrap() else {
        panic!("Gio.File is gone");
    };
    let method = file.find_method("query_exists").unwrap().unwrap();
    let error = builder::function(&repository, &gio, Some("Flie"), method).unwrap_err();
    assert_eq!(error.to_string(), "Gio-2.0 has no type Flie with methods");
}

#[test]
fn what_c_writes_into_is_known() {
    let arg = |path: &str, i: usize| {
        let mut plan = plan(path);
        let args = std::mem::take(&mut plan.args);
        let arg = args.into_iter().nth(i).unwrap();
        (arg.ty, arg.transfer, arg.filled, plan.ret.transfer)
    };
    // Changed in place and returned: given, and taken back.
    let (ty, transfer, _, returned) = arg("GLib.strreverse", 0);
    assert_eq!(
        (ty, transfer, returned),
        (Type::Utf8, Transfer::Full, Transfer::Full)
    );
    // A buffer, and the place in it that is returned.
    let (ty, transfer, filled, returned) = arg("GLib.ascii_dtostr", 0);
    assert_eq!(
        (ty, transfer, filled, returned),
        (Type::Utf8, Transfer::None, true, Transfer::None)
    );
    for (path, i) in [
        ("Gio.BufferedInputStream.peek", 1),
        ("Gio.Converter.convert", 3),
        ("GLib.Hmac.get_digest", 1),
    ] {
        assert!(arg(path, i).2, "{path}");
    }
    // Only read.
    assert!(!arg("Gio.Converter.convert", 1).2);
    assert_eq!(arg("GLib.strdup", 0).1, Transfer::None);
}

/// The arguments that a function's C needs beyond the call, by name, and how long.
fn kept(path: &str) -> Vec<(String, Until)> {
    let plan = plan(path);
    let name = |keep: &Keep| plan.args[usize::from(keep.arg)].name.to_string();
    plan.keeps
        .iter()
        .map(|keep| (name(keep), keep.until))
        .collect()
}

#[test]
fn what_goes_with_an_asynchronous_callback_is_kept_until_that_has_been_called() {
    let called = |callback, always| Until::Called { callback, always };
    // A buffer is read later, also where nobody waits for the end.
    let buffer = vec![("buffer".to_owned(), called(5, true))];
    assert_eq!(kept("Gio.OutputStream.write_async"), buffer);
    assert_eq!(kept("Gio.OutputStream.write_all_async"), buffer);
    let names = |path| {
        let kept = kept(path).into_iter();
        kept.map(|(name, _)| name).collect::<Vec<_>>()
    };
    assert_eq!(names("GLib.Variant.new_from_data"), ["type", "data"]);
    assert_eq!(kept("GLib.Variant.new_from_data")[0].1, called(4, true));
    // A method call without a callback wants no reply.
    let call = kept("Gio.DBusConnection.call");
    assert!(call.iter().all(|(_, until)| *until == called(10, false)));
    assert!(call.iter().any(|(name, _)| name == "method_name"));
    // What the child calls never comes back.
    assert_eq!(kept("GLib.spawn_async"), []);
    // A callback with a destroy notification is called many times.
    assert_eq!(kept("Gio.DBusConnection.signal_subscribe"), []);
}

#[test]
fn what_a_result_or_an_instance_keeps_is_in_a_table() {
    let string = |until| vec![("string".to_owned(), until)];
    assert_eq!(
        kept("GLib.Regex.match"),
        string(Until::Output(Output::Arg(3)))
    );
    assert_eq!(kept("GLib.quark_from_static_string"), string(Until::Never));
    let itself = vec![("self".to_owned(), Until::Output(Output::Return))];
    assert_eq!(kept("GLib.MatchInfo.ref"), itself);
    let text = vec![("v_string".to_owned(), Until::Instance)];
    assert_eq!(kept("GObject.Value.set_static_string"), text);
    assert_eq!(kept("GLib.ascii_strtoll"), []);
}
