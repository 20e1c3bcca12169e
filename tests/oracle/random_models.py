"""Models that walk through random changes.

A `Walk` holds the models of two apps, in the form that models.yaml has, within
what Django 3.2 knows. `step()` changes them and says what cannot be seen in the
models: which names are old ones, and the values for rows. One seed always gives
the same walk.
"""

import copy
import random

import yaml

APPS = ("shop", "store")
MODEL_NAMES = ("Author", "Book", "Customer", "Delivery", "Event", "Folder",
               "Garden", "House", "Invoice", "Journey")
FIELD_NAMES = ("amount", "body", "code", "day", "extra", "flag", "grade",
               "height", "item", "joint", "kind", "label", "mark", "number")
TABLE_NAMES = ("people", "things", "Mixed Case", "a_rather_long_name_of_a_table"
               "_for_names_that_are_cut")

# Types that PostgreSQL casts into each other, and a value for each.
NUMBERS = {"IntegerField": 3, "BigIntegerField": 4, "SmallIntegerField": 5,
           "PositiveIntegerField": 6, "PositiveSmallIntegerField": 7,
           "PositiveBigIntegerField": 8}
TEXTS = {"CharField": "x", "TextField": "y", "SlugField": "z",
         "EmailField": "a@b.example", "URLField": "http://a.example"}
REALS = {"FloatField": 1.5, "DecimalField": "2.50"}
OTHERS = {"BooleanField": True, "GenericIPAddressField": "10.0.0.1",
          "DateField": None, "DateTimeField": None, "TimeField": None,
          "DurationField": None, "UUIDField": None, "BinaryField": None,
          "JSONField": None}
VALUES = {**NUMBERS, **TEXTS, **REALS, **OTHERS}
FAMILIES = (NUMBERS, TEXTS, REALS)
UNINDEXED = ("BinaryField", "JSONField")
KEYS = ("ForeignKey", "OneToOneField")


class Step:
    """What a step did beside changing the models."""

    def __init__(self):
        self.says = []         # in words, for whoever reads a failure
        self.renamed = {}      # "shop.Author.name" -> "shop.Author.full_name"
        self.gone = []         # paths that were not renamed
        self.values = {}       # "shop.Author.age" -> value for the rows
        self.renames = False   # something has another name in the database
        self.touched = set()   # (app, model): one change for each


class Walk:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.apps = {app: {} for app in APPS}
        self.numbers = 0
        self.old_names = set()  # of models, before the step

    def texts(self):
        """The models.yaml of each app."""
        def model(given):
            meta = {key: value for key, value in given["meta"].items()
                    if value != []}
            return {"fields": given["fields"], **({"meta": meta} if meta
                                                  else {})}

        return {app: yaml.safe_dump(
            {"models": {name: model(each) for name, each in models.items()}},
            sort_keys=False, default_flow_style=None, width=200)
            for app, models in self.apps.items()}

    def start(self):
        step = Step()
        for app in APPS:
            for _ in range(2):
                self.add_model(step, app)
        return step

    def step(self):
        step = Step()
        self.old_names = {name for _, name in self.keys()}
        for _ in range(self.random.randint(1, 3)):
            for _ in range(20):  # until one of them is possible
                before = copy.deepcopy((self.apps, step))
                change = self.random.choice(CHANGES)
                if change(self, step):
                    break
                self.apps, step = before
        return step

    # --- choosing

    def chance(self, probability):
        return self.random.random() < probability

    def some(self, choices):
        choices = list(choices)
        return self.random.choice(choices) if choices else None

    def number(self):
        self.numbers += 1
        return self.numbers

    def pick_model(self, step, suits=lambda model: True):
        """An untouched model, from now on touched; or None."""
        found = self.some(
            (app, name) for app, models in self.apps.items()
            for name, model in models.items()
            if (app, name) not in step.touched and suits(model))
        if found:
            step.touched.add(found)
        return found

    def model(self, key):
        return self.apps[key[0]][key[1]]

    def keys(self):
        return [(app, name) for app, models in self.apps.items()
                for name in models]

    def free_model_name(self):
        # One that was free before too: of a name that another model had, nobody
        # could tell whether it is that model.
        taken = {name for _, name in self.keys()} | self.old_names
        return self.some(name for name in MODEL_NAMES if name not in taken)

    def free_field_name(self, model):
        return self.some(name for name in FIELD_NAMES
                         if name not in model["fields"])

    def columns(self, model, relations=True):
        """Names of the fields that indexes and constraints may be on."""
        return [name for name, field in model["fields"].items()
                if field["type"] not in ("ManyToManyField", *UNINDEXED)
                and (relations or field["type"] not in KEYS)]

    # --- fields

    def new_field(self, fresh):
        """Of any type. `fresh`: there may be no rows, so anything goes."""
        if self.chance(0.3):
            return self.new_relation(fresh)
        type_ = self.some(VALUES)
        field = {"type": type_}
        if type_ == "CharField":
            field["max_length"] = self.some((5, 40, 300))
        if type_ == "DecimalField":
            field.update(max_digits=8, decimal_places=2)
        if type_ not in UNINDEXED and self.chance(0.3):
            field[self.some(("unique", "db_index"))] = True
        if type_ == "SlugField" and self.chance(0.5):
            field["db_index"] = False
        if field.get("unique") and not fresh:
            field["null"] = True
        elif self.chance(0.4) or VALUES[type_] is None and not fresh:
            field["null"] = True
        elif self.chance(0.5) and VALUES[type_] is not None:
            field["default"] = VALUES[type_]
        if self.chance(0.1):
            field["db_column"] = f"column {self.number()}"
        return field

    def new_relation(self, fresh):
        app, name = self.some(self.keys())
        field = {"type": self.some((*KEYS, "ForeignKey", "ManyToManyField")),
                 "to": f"{app}.{name}", "related_name": f"r{self.number()}"}
        if field["type"] == "ManyToManyField":
            field["symmetrical"] = False
        else:
            field["on_delete"] = "CASCADE"
            if not fresh or self.chance(0.4):
                field["null"] = True
            if self.chance(0.15):
                field["db_constraint"] = False
        if field["type"] == "ForeignKey" and self.chance(0.15):
            field["db_index"] = False
        return field

    def forget(self, model, name):
        """Takes a field out of all that names it."""
        meta = model["meta"]
        meta["unique_together"] = [each for each in meta["unique_together"]
                                   if name not in each]
        for part in ("indexes", "constraints"):
            meta[part] = [each for each in meta[part]
                          if name not in named(each)]
        if meta.get("order_with_respect_to") == name:
            del meta["order_with_respect_to"]

    def needs_value(self, step, key, name, field):
        """A value for the rows of a field that becomes NOT NULL."""
        if not field.get("null") and "default" not in field and \
                field["type"] != "ManyToManyField":
            step.values[".".join((*key, name))] = VALUES[field["type"]]

    # --- changes; each returns whether it was possible

    def add_model(self, step, app=None):
        app = app or self.some(APPS)
        name = self.free_model_name()
        if not name or len(self.keys()) > 7:
            return False
        model = {"fields": {}, "meta": {"unique_together": [], "indexes": [],
                                        "constraints": []}}
        self.apps[app][name] = model
        step.touched.add((app, name))
        for _ in range(self.random.randint(1, 4)):
            model["fields"][self.free_field_name(model)] = \
                self.new_field(fresh=True)
        for _ in range(self.random.randint(0, 2)):
            self.some((self.some_index, self.some_constraint,
                       self.some_together))(model)
        step.says.append(f"add model {app}.{name}")
        return True

    def delete_model(self, step):
        key = self.pick_model(step)
        if not key or len(self.keys()) < 4:
            return False
        label = ".".join(key)
        for owner in self.keys():
            model = self.model(owner)
            pointing = [name for name, field in model["fields"].items()
                        if field.get("to") == label and owner != key]
            if pointing and owner in step.touched:
                return False
            for name in pointing:
                step.touched.add(owner)
                others = [".".join(each) for each in self.keys()
                          if each != key]
                field = model["fields"][name]
                if field["type"] in KEYS and self.chance(0.4):
                    field["to"] = self.some(others)
                else:
                    self.drop_field(step, owner, name)
        del self.apps[key[0]][key[1]]
        step.gone.append(label)
        step.says.append(f"delete model {label}")
        return True

    def rename_model(self, step):
        key, new = self.pick_model(step), self.free_model_name()
        if not key or not new:
            return False
        old, new = ".".join(key), f"{key[0]}.{new}"
        models = self.apps[key[0]]
        self.apps[key[0]] = {new.split(".")[1] if name == key[1] else name:
                             model for name, model in models.items()}
        for owner in self.keys():
            for field in self.model(owner)["fields"].values():
                if field.get("to") == old:
                    field["to"] = new
        step.touched.add(tuple(new.split(".")))
        step.renames = True
        step.renamed[old] = new
        step.says.append(f"rename model {old} to {new}")
        return True

    def add_field(self, step):
        key = self.pick_model(step)
        if not key:
            return False
        model = self.model(key)
        name = self.free_field_name(model)
        if not name:
            return False
        field = self.new_field(fresh=False)
        model["fields"][name] = field
        self.needs_value(step, key, name, field)
        step.says.append(f"add field {'.'.join(key)}.{name}")
        return True

    def drop_field(self, step, key, name):
        model = self.model(key)
        del model["fields"][name]
        self.forget(model, name)
        step.gone.append(".".join((*key, name)))
        step.says.append(f"remove field {'.'.join(key)}.{name}")

    def remove_field(self, step):
        key = self.pick_model(step, lambda model: len(model["fields"]) > 1)
        if not key:
            return False
        self.drop_field(step, key, self.some(self.model(key)["fields"]))
        return True

    def rename_field(self, step):
        key = self.pick_model(step, lambda model: model["fields"])
        if not key:
            return False
        model = self.model(key)
        old, new = self.some(model["fields"]), self.free_field_name(model)
        if not new or old == model["meta"].get("order_with_respect_to"):
            return False  # Django 3.2 does not rename what orders a model
        model["fields"] = {new if name == old else name: field
                           for name, field in model["fields"].items()}
        model["meta"] = renamed(model["meta"], old, new)
        step.renames = True
        step.renamed[".".join((*key, old))] = ".".join((*key, new))
        step.says.append(f"rename field {'.'.join(key)}.{old} to {new}")
        return True

    def alter_field(self, step):
        key = self.pick_model(step, lambda model: model["fields"])
        if not key:
            return False
        name = self.some(self.model(key)["fields"])
        field = self.model(key)["fields"][name]
        before = dict(field)
        if field["type"] in (*KEYS, "ManyToManyField"):
            self.alter_relation(step, key, name, field)
        else:
            self.alter_plain(step, key, name, field)
        step.says.append(f"alter field {'.'.join(key)}.{name}: {before} to "
                         f"{self.model(key)['fields'][name]}")
        return field != before

    def alter_plain(self, step, key, name, field):
        what = self.some(("type", "null", "unique", "db_index", "default",
                          "db_column", "length"))
        family = next((each for each in FAMILIES if field["type"] in each), ())
        if what == "type" and family:
            type_ = self.some(family)
            # Django loses the index for LIKE where varchar becomes text or the
            # other way round; we make it anew.
            if not (is_indexed(field) and "TextField" in (type_,
                                                          field["type"])):
                self.change_type(field, type_)
        elif what == "null":
            toggle(field, "null", True)
            if VALUES[field["type"]] is not None:
                self.needs_value(step, key, name, field)
            elif not field.get("null"):
                field["null"] = True
        elif what in ("unique", "db_index") and \
                field["type"] not in UNINDEXED:
            toggle(field, what, True)
        elif what == "default" and VALUES[field["type"]] is not None:
            toggle(field, "default", VALUES[field["type"]])
        elif what == "db_column":
            step.renames = True
            toggle(field, "db_column", f"column {self.number()}")
        elif what == "length" and "max_length" in field:
            field["max_length"] += 7

    def change_type(self, field, type_):
        for argument in ("max_length", "max_digits", "decimal_places",
                         "default"):
            field.pop(argument, None)
        if field["type"] == "SlugField" or type_ == "SlugField":
            field.pop("db_index", None)
        field["type"] = type_
        if type_ == "CharField":
            field["max_length"] = 60
        if type_ == "DecimalField":
            field.update(max_digits=9, decimal_places=3)

    def alter_relation(self, step, key, name, field):
        if field["type"] == "ManyToManyField" or self.chance(0.1):
            # Many-to-many to one, and back: removed and added.
            many = field["type"] == "ManyToManyField"
            self.forget(self.model(key), name)
            kept = {each: field[each] for each in ("to", "related_name")}
            field.clear()
            field.update(type="ForeignKey" if many else "ManyToManyField",
                         **kept)
            field.update({"on_delete": "CASCADE", "null": True} if many
                         else {"symmetrical": False})
            return
        what = self.some(("to", "null", "unique", "db_constraint", "db_index",
                          "db_column"))
        if what == "to":
            field["to"] = ".".join(self.some(self.keys()))
        elif what == "null":
            field["null"] = True
        elif what == "unique":
            ours = self.model(key)["meta"].get("order_with_respect_to")
            if ours != name:
                field["type"] = KEYS[field["type"] == KEYS[0]]
                field.pop("db_index", None)
        elif what == "db_column":
            step.renames = True
            toggle(field, "db_column", f"column {self.number()}")
        elif what == "db_constraint" or field["type"] == "ForeignKey":
            toggle(field, what, False)

    # --- options

    def some_index(self, model):
        columns = self.columns(model)
        if not columns:
            return False
        fields = self.random.sample(columns, min(len(columns),
                                                 self.random.randint(1, 2)))
        one = {"fields": [("-" if self.chance(0.3) else "") + each
                          for each in fields], "name": f"idx_{self.number()}"}
        numbers = self.of_types(model, NUMBERS)
        if numbers and self.chance(0.3):
            one["condition"] = {f"{self.some(numbers)}__gt": 5}
        model["meta"]["indexes"].append(one)
        return True

    def some_constraint(self, model):
        columns = self.columns(model)
        numbers = self.of_types(model, NUMBERS)
        if not columns:
            return False
        one = {"type": "UniqueConstraint", "name": f"con_{self.number()}",
               "fields": self.random.sample(columns, min(len(columns), 2))}
        if numbers and self.chance(0.3):
            one["condition"] = {f"{self.some(numbers)}__lt": 50}
        # Django 3.2 adds it to the new table, where PostgreSQL then has two;
        # 5.1 and we create the table with both, which it makes one of.
        twice = len(one["fields"]) == 1 and is_unique(
            model["fields"][one["fields"][0]])
        if numbers and (twice or self.chance(0.5)):
            one = {"type": "CheckConstraint", "name": one["name"],
                   "condition": {f"{self.some(numbers)}__gte":
                                 self.random.randint(0, 3)}}
        elif twice or any(one["fields"] == other.get("fields") for other
                          in model["meta"]["constraints"]):
            return False
        model["meta"]["constraints"].append(one)
        return True

    def some_together(self, model):
        columns = self.columns(model)
        if len(columns) < 2:
            return False
        pair = self.random.sample(columns, 2)
        together = model["meta"]["unique_together"]
        if pair in together or pair[::-1] in together:
            return False
        together.append(pair)
        return True

    def of_types(self, model, types):
        return [name for name, field in model["fields"].items()
                if field["type"] in types]

    def alter_parts(self, step):
        """Adds, removes or renames an index or a constraint."""
        key = self.pick_model(step)
        if not key:
            return False
        model = self.model(key)
        meta = model["meta"]
        part = self.some(("indexes", "constraints", "unique_together"))
        step.says.append(f"alter {part} of {'.'.join(key)}")
        if meta[part] and self.chance(0.5):
            at = self.random.randrange(len(meta[part]))
            if part == "indexes" and self.chance(0.4):
                meta[part][at]["name"] = f"idx_{self.number()}"
            else:
                del meta[part][at]
            return True
        return {"indexes": self.some_index, "constraints": self.some_constraint,
                "unique_together": self.some_together}[part](model)

    def alter_table(self, step):
        key = self.pick_model(step)
        if not key:
            return False
        meta = self.model(key)["meta"]
        taken = {self.model(each)["meta"].get("db_table")
                 for each in self.keys()}
        if "db_table" in meta and self.chance(0.5):
            del meta["db_table"]
        else:
            # No table takes the name that one of another app had: the apps
            # are undone independently.
            names = [f"{key[0]} {name}" for name in TABLE_NAMES]
            meta["db_table"] = self.some(name for name in names
                                         if name not in taken)
        step.renames = True
        step.says.append(f"table of {'.'.join(key)}: {meta.get('db_table')}")
        return meta.get("db_table", "") is not None

    def alter_order(self, step):
        key = self.pick_model(step)
        if not key:
            return False
        model = self.model(key)
        keys = self.of_types(model, ("ForeignKey",))
        now = model["meta"].pop("order_with_respect_to", None)
        if not now and not keys:
            return False
        if not now:
            model["meta"]["order_with_respect_to"] = self.some(keys)
        step.says.append(f"order of {'.'.join(key)}: "
                         f"{model['meta'].get('order_with_respect_to')}")
        return True


CHANGES = (Walk.add_model, Walk.delete_model, Walk.rename_model,
           Walk.add_field, Walk.add_field, Walk.remove_field,
           Walk.rename_field, Walk.rename_field, Walk.alter_field,
           Walk.alter_field, Walk.alter_field, Walk.alter_parts,
           Walk.alter_parts, Walk.alter_parts, Walk.alter_table,
           Walk.alter_order)


def toggle(field, argument, value):
    if argument in field:
        del field[argument]
    else:
        field[argument] = value


def is_unique(field):
    return field.get("unique") or field["type"] == "OneToOneField"


def is_indexed(field):
    return is_unique(field) or field.get("db_index",
                                         field["type"] == "SlugField")


def named(part):
    """The fields that an index or a constraint is on."""
    return ({name.lstrip("-") for name in part.get("fields", [])} |
            {lookup.split("__")[0] for lookup in part.get("condition", {})})


def renamed(meta, old, new):
    def name(given):
        return new if given == old else "-" + new if given == "-" + old \
            else given

    meta = copy.deepcopy(meta)
    meta["unique_together"] = [[name(each) for each in pair]
                               for pair in meta["unique_together"]]
    for part in (*meta["indexes"], *meta["constraints"]):
        if "fields" in part:
            part["fields"] = [name(each) for each in part["fields"]]
        if "condition" in part:
            part["condition"] = {
                "__".join([name(lookup.split("__")[0]),
                           *lookup.split("__")[1:]]): value
                for lookup, value in part["condition"].items()}
    if meta.get("order_with_respect_to"):
        meta["order_with_respect_to"] = name(meta["order_with_respect_to"])
    return meta
