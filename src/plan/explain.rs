//! A plan as text, for `gijit.explain`: one line for each argument, in columns.

use std::fmt;

use crate::{
    Arg, CallPlan, Default, Direction, GilPolicy, Job, Output, Role, Scope, Transfer, Type,
};

impl fmt::Display for CallPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.full_name(), role(self.role))?;
        if let Some(symbol) = &self.symbol {
            write!(f, ", C function {symbol}")?;
        }
        if self.throws {
            f.write_str(", throws")?;
        }
        writeln!(f)?;
        match &self.deprecated {
            None => {}
            Some(None) => writeln!(f, "  deprecated")?,
            Some(Some(message)) => writeln!(f, "  deprecated: {message}")?,
        }

        let mut rows: Vec<[String; 6]> = Vec::with_capacity(self.args.len() + 1);
        for (i, arg) in self.args.iter().enumerate() {
            rows.push([
                i.to_string(),
                arg.name.to_string(),
                type_text(&arg.ty, |index| self.arg_name(index)),
                direction(arg).to_owned(),
                transfer(arg.transfer, &arg.ty),
                self.details(i, arg),
            ]);
        }
        let mut details = Vec::new();
        if self.ret.nullable {
            details.push("nullable");
        }
        if self.ret.skip {
            details.push("not given to Python");
        }
        rows.push([
            "->".to_owned(),
            String::new(),
            type_text(&self.ret.ty, |index| self.arg_name(index)),
            String::new(),
            transfer(self.ret.transfer, &self.ret.ty),
            details.join(", "),
        ]);
        write_table(f, &rows)?;

        let inputs = self.inputs.iter().map(|&i| {
            let arg = &self.args[usize::from(i)];
            match arg.default {
                None => arg.python_name(),
                Some(Default::Null) => format!("{}=None", arg.python_name()),
                Some(Default::False) => format!("{}=False", arg.python_name()),
            }
        });
        let rest = self
            .user_data_varargs
            .map(|i| format!("*{}", self.args[usize::from(i)].python_name()));
        let inputs: Vec<String> = inputs.chain(rest).collect();
        let outputs: Vec<String> = self
            .outputs
            .iter()
            .map(|output| match output {
                Output::Return => "return value".to_owned(),
                Output::Arg(i) => self.args[usize::from(*i)].python_name(),
            })
            .collect();
        let outputs = match outputs.as_slice() {
            [] => "None".to_owned(),
            outputs => outputs.join(", "),
        };
        writeln!(f, "  Python: ({}) -> {outputs}", inputs.join(", "))?;
        if let Some(finish) = &self.finish {
            writeln!(f, "  finished by: {finish}")?;
        }
        let gil = match self.gil {
            GilPolicy::Release => "released around the C call",
            GilPolicy::Keep => "kept",
            GilPolicy::Ask => "released around the C call, unless the instance answers at once",
        };
        writeln!(f, "  GIL: {gil}")?;
        match &self.shape {
            Ok(shape) => writeln!(f, "  shape: {shape}"),
            Err(unsupported) => writeln!(f, "  no shape: {unsupported}"),
        }
    }
}

impl CallPlan {
    fn arg_name(&self, index: u16) -> &str {
        self.args
            .get(usize::from(index))
            .map_or("?", |arg| &arg.name)
    }

    fn details(&self, i: usize, arg: &Arg) -> String {
        let mut details: Vec<String> = Vec::new();
        match arg.job {
            Job::Value | Job::Instance => {}
            Job::Length { of } => details.push(format!("length of {}", self.arg_name(of))),
            Job::ReturnLength => details.push("length of the return value".to_owned()),
            Job::UserData { of } => match self.arg_name(of) {
                name if name == &*arg.name => details.push("user data".to_owned()),
                name => details.push(format!("user data of {name}")),
            },
            Job::Destroy { of } => {
                details.push(format!("destroy notification of {}", self.arg_name(of)));
            }
        }
        if arg.nullable {
            details.push("nullable".to_owned());
        }
        if arg.optional {
            details.push("optional".to_owned());
        }
        if arg.caller_allocates {
            details.push("caller allocates".to_owned());
        }
        match arg.scope {
            Scope::Invalid => {}
            Scope::Call => details.push("for the call".to_owned()),
            Scope::Object => details.push("as long as the object".to_owned()),
            Scope::Async => details.push("for one invocation".to_owned()),
            Scope::Notified => details.push("until destroyed".to_owned()),
            Scope::Forever => details.push("for ever".to_owned()),
        }
        let keeps = self.keeps.iter().filter(|keep| usize::from(keep.arg) == i);
        details.extend(keeps.map(|keep| keep.until.to_string()));
        details.join(", ")
    }
}

impl fmt::Display for crate::Unsupported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.arg {
            Some(arg) => write!(f, "argument '{arg}'")?,
            None => f.write_str("the return value")?,
        }
        write!(f, " is {}: {}", self.ty, self.reason)
    }
}

fn role(role: Role) -> &'static str {
    match role {
        Role::Function => "function",
        Role::Method => "method",
        Role::Constructor => "constructor",
        Role::VFunc => "virtual function",
        Role::Callback => "callback",
        Role::Signal => "signal",
    }
}

fn direction(arg: &Arg) -> &'static str {
    match arg.direction {
        Direction::In => "in",
        Direction::Out => "out",
        Direction::InOut => "inout",
    }
}

/// Who owns the value then; nothing for what nobody can own.
fn transfer(transfer: Transfer, ty: &Type) -> String {
    match transfer {
        _ if !ty.is_pointer() => "",
        Transfer::None => "transfer none",
        Transfer::Container => "transfer container",
        Transfer::Full => "transfer full",
    }
    .to_owned()
}

/// The type, with what is particular about an array or a pointer.
fn type_text<'a>(ty: &Type, arg_name: impl Fn(u16) -> &'a str) -> String {
    let mut text = ty.to_string();
    match ty {
        Type::Array {
            zero_terminated,
            length,
            fixed,
            ..
        } => {
            if let Some(length) = length {
                text.push_str(&format!("[{}]", arg_name(*length)));
            } else if let Some(fixed) = fixed {
                text.push_str(&format!("[{fixed}]"));
            } else if *zero_terminated {
                text.push_str(" up to zero");
            }
        }
        Type::Struct { pointer: false, .. } | Type::Union { pointer: false, .. } => {
            text.push_str(" (the bytes)");
        }
        _ => {}
    }
    text
}

fn write_table<const N: usize>(f: &mut fmt::Formatter<'_>, rows: &[[String; N]]) -> fmt::Result {
    let widths: [usize; N] = std::array::from_fn(|k| {
        rows.iter()
            .map(|row| row[k].chars().count())
            .max()
            .unwrap_or(0)
    });
    for row in rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(widths).filter(|(_, width)| *width > 0) {
            line.push_str("  ");
            line.push_str(cell);
            line.extend(std::iter::repeat_n(' ', width - cell.chars().count()));
        }
        writeln!(f, "{}", line.trim_end())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::{
        Arg, ArrayForm, CallPlan, Default, Direction, GilPolicy, Job, Kind, Output, Return, Role,
        Scope, StructForm, Transfer, Type, TypeRef, shape,
    };

    fn arg(name: &str, ty: Type, job: Job) -> Arg {
        Arg {
            name: name.into(),
            ty,
            direction: Direction::In,
            transfer: Transfer::None,
            nullable: false,
            optional: false,
            caller_allocates: false,
            filled: false,
            job,
            scope: Scope::Invalid,
            closure: None,
            destroy: None,
            default: None,
        }
    }

    fn type_ref(name: &str) -> TypeRef {
        TypeRef {
            namespace: "N".into(),
            name: name.into(),
        }
    }

    fn plan(args: Vec<Arg>, ret: Return, inputs: &[u16], outputs: &[Output]) -> CallPlan {
        CallPlan {
            namespace: "N".into(),
            container: Some("Thing".into()),
            name: "do".into(),
            symbol: Some("n_thing_do".into()),
            role: Role::Method,
            shape: shape::shape_of(&args, &ret, true, GilPolicy::Release, None),
            args: args.into(),
            ret,
            throws: true,
            inputs: inputs.into(),
            user_data_varargs: None,
            outputs: outputs.into(),
            deprecated: Some(Some("use undo".into())),
            gil: GilPolicy::Release,
            operation: None,
            finish: None,
            keeps: Box::default(),
        }
    }

    #[test]
    fn the_text_has_a_line_for_each_argument_and_one_for_the_rest() {
        let mut from = arg("from", Type::Object(type_ref("Thing")), Job::Value);
        from.nullable = true;
        from.default = Some(Default::Null);
        let mut number = arg("number", Type::Scalar(Kind::I32), Job::Value);
        number.direction = Direction::Out;
        number.transfer = Transfer::Full;
        let this = arg("self", Type::Object(type_ref("Thing")), Job::Instance);
        let ret = Return {
            ty: Type::Utf8,
            transfer: Transfer::Full,
            nullable: true,
            skip: false,
        };
        let outputs = [Output::Return, Output::Arg(2)];
        let plan = plan(vec![this, from, number], ret, &[0, 1], &outputs);
        assert_eq!(
            plan.to_string(),
            "\
N.Thing.do: method, C function n_thing_do, throws
  deprecated: use undo
  0   self    N.Thing  in   transfer none
  1   from    N.Thing  in   transfer none  nullable
  2   number  gint32   out
  ->          utf8          transfer full  nullable
  Python: (self, from_=None) -> return value, number
  GIL: released around the C call
  shape: rel (obj, obj?=, >i32) -> str+ !
"
        );
    }

    fn nothing() -> Return {
        Return {
            ty: Type::Void,
            transfer: Transfer::None,
            nullable: false,
            skip: false,
        }
    }

    #[test]
    fn the_text_says_what_hidden_arguments_are_for() {
        let bytes = Type::Array {
            form: ArrayForm::C,
            item: Box::new(Type::Scalar(Kind::U8)),
            zero_terminated: false,
            length: Some(2),
            fixed: None,
        };
        let args = vec![
            arg("self", Type::Object(type_ref("Thing")), Job::Instance),
            arg("data", bytes, Job::Value),
            arg("size", Type::Scalar(Kind::U64), Job::Length { of: 1 }),
        ];
        let text = plan(args, nothing(), &[0, 1], &[]).to_string();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            lines[2..],
            [
                "  0   self  N.Thing                in  transfer none",
                "  1   data  array of guint8[size]  in  transfer none",
                "  2   size  guint64                in                 length of data",
                "  ->        void",
                "  Python: (self, data) -> None",
                "  GIL: released around the C call",
                "  shape: rel (obj, any, #u64) -> void !",
            ]
        );
    }

    #[test]
    fn the_text_says_what_stands_in_the_way_of_a_thunk() {
        let bytes = Type::Struct {
            of: type_ref("Point"),
            pointer: false,
            size: 8,
            form: StructForm::Plain,
        };
        let args = vec![
            arg("self", Type::Object(type_ref("Thing")), Job::Instance),
            arg("point", bytes, Job::Value),
        ];
        let text = plan(args, nothing(), &[0, 1], &[]).to_string();
        assert_eq!(
            text.lines().last(),
            Some(
                "  no shape: argument 'point' is N.Point: structs by value are passed over libffi alone"
            )
        );
    }
}
