"""The cells of struct fields: a struct for each container, with a field for each family that can stand there.

C fills a struct with the same values that results have, shows any field of it, and empties it again. It knows items and
containers; what a field of which type does in Python is not its matter.
"""

DIRECTIONS = ("field_get", "field_set")
SAME = "the conversion is that of a result in the same container; as a field only these families are tried"
# What stands in arrays and containers: one of each kind of item.
FEW = ("int32", "uint8", "double", "utf8", "enum", "object", "boxed", "point_flat")
CONTAINERS = (
    "plain",
    "fixed",
    "zero",
    "sized",
    "garray",
    "gptrarray",
    "gbytearray",
    "glist",
    "gslist",
    "ghash_key",
    "ghash_value",
)


def why_no_field(container, item, direction, transfer, nullability):
    """The reason why there is no such field, "" if there is one."""
    if container.key not in CONTAINERS:
        return SAME
    if transfer != "none":
        return "a field has no transfer"
    if nullability != "required":
        return "a field is not annotated nullable"
    if container.key == "plain":
        return ""
    if item.key not in FEW:
        return SAME
    if container.key == "fixed" and item.kind == "pointer" and item.key != "utf8":
        return SAME
    return container.why_not(item)


class Fields:
    """The text of one struct and its functions."""

    def __init__(self, container, items):
        self.container, self.items = container, items
        self.type = "GijitCells" + "".join(word.capitalize() for word in container.key.split("_")) + "Fields"
        self.prefix = f"gijit_cells_{container.key}_fields"

    def name(self, item):
        """Families have names that are words of C."""
        return f"a_{item.key}"

    def notes(self, item):
        container, length = self.container, f"n_{self.name(item)}"
        if container.key == "plain":
            return item.annotation
        if container.fixed:
            return ""
        return container.annotation(item, length)

    def declarations(self, item):
        if self.container.key == "plain":
            lines = [f"{item.place(self.name(item))};"]
        elif self.container.fixed:
            lines = [f"{item.place(self.name(item))}[{item.count}];"]
        else:
            lines = [f"{self.container.place(item, self.name(item))};"]
        if self.container.lengths:
            lines.append(f"guint n_{self.name(item)};")
        return lines

    def header(self):
        doc = [f" * @{self.name(item)}: {notes}: a field" for item in self.items if (notes := self.notes(item))]
        body = [line for item in self.items for line in self.declarations(item)]
        return "\n".join(
            [
                *(["/**", f" * {self.type}:", *doc, " */"] if doc else []),
                "typedef struct",
                "{",
                *(f"  {line}" for line in body),
                "  /*< private >*/",
                "  gint hidden;",
                f"}} {self.type};",
                "",
                f"void {self.prefix}_fill ({self.type} *self);",
                f"void {self.prefix}_show ({self.type} *self, const gchar *name);",
                "",
            ]
        )

    def fill(self, item):
        name, container = f"self->{self.name(item)}", self.container
        if container.key == "plain":
            return [f"{name} = {item.kept(0)};"]
        if container.fixed:
            return [f"{name}[{i}] = {item.kept(i)};" for i in range(item.count)]
        count = container.count(item)
        lines = [f"{name} = {container.name(item)}_kept ({count}, FALSE);"]
        if container.lengths:
            lines.append(f"self->n_{self.name(item)} = {count};")
        return lines

    def shown(self, item):
        name, container = f"self->{self.name(item)}", self.container
        if container.key == "plain":
            return item.show(name)
        length = f"self->n_{self.name(item)}" if container.lengths else container.length_of(item, name)
        return f"{container.name(item)}_show ({name}, {length});"

    def source(self):
        lines = [f"void\n{self.prefix}_fill ({self.type} *self)", "{", "  gijit_fixtures_count_call ();"]
        lines += ["  if (cells_mode == GIJIT_CELLS_MODE_NULL)", "    return;"]
        lines += [f"  {line}" for item in self.items for line in self.fill(item)]
        lines += ["}", "", f"void\n{self.prefix}_show ({self.type} *self, const gchar *name)", "{", "  cells_enter ();"]
        for item in self.items:
            lines += [f'  if (strcmp (name, "{self.name(item)}") == 0)', "    {", f"      {self.shown(item)}", "    }"]
        return "\n".join([*lines, "}", ""])

    def records(self):
        key = self.container.key
        for item in self.items:
            for direction in DIRECTIONS:
                yield {
                    "name": f"{key}_{item.key}_{direction}",
                    "struct": self.type.removeprefix("GijitCells"),
                    "field": self.name(item),
                    "family": item.key,
                    "container": key,
                    "direction": direction,
                    "transfer": "none",
                    "nullability": "required",
                    "outer": key,
                    "inner": "",
                    "after": False,
                    "namespace": "GijitCells",
                }
