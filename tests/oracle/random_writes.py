"""Random sequences of writes, as data that both sides run.

A sequence is a list of operations; each is a list of its name and what it
takes. Records that are made are kept in slots, numbered in their order; what
refers to one that does not exist is left out by both sides alike.

    ["create", model, fields]           a record in the next slot
    ["get_or_create", model, lookups, defaults]
    ["update_or_create", model, lookups, defaults]
    ["bulk_create", model, [fields…], ignore_conflicts]
    ["save", slot, fields, options]
    ["delete", slot]
    ["refresh", slot]
    ["bulk_update", model, [slots], fields]
    ["update", model, filter, fields]
    ["remove", model, filter]           QuerySet.delete()
    ["related", slot, relation, method, [slots]]
    ["atomic", [operations], fails]     a block, rolled back if it fails

A field's value is a text, a number, null, {"slot": n} or {"plus": [field, n]}.
"""

import random

WORDS = ["a", "b", "c", "d", "e"]
MODELS = ["Author", "Book", "Review", "Order", "Shelf", "Note", "Loose", "Tag",
          "Place", "Restaurant", "Waiter", "Person"]
# Model -> its foreign keys: the model they lead to, and whether NULL is allowed.
KEYS = {
    "Author": {"editor": ("Author", True), "rival": ("Author", True)},
    "Book": {"author": ("Author", True)},
    "Review": {"book": ("Book", False)},
    "Order": {"book": ("Book", False)},
    "Shelf": {"book": ("Book", False), "author": ("Author", True)},
    "Note": {"book": ("Book", True), "author": ("Author", False)},
    "Loose": {"book": ("Book", False)},
    "Waiter": {"restaurant": ("Restaurant", False)},
}
# Model -> its relations to many: the model they lead to.
MANY = {
    "Author": {"books": "Book", "edited": "Author", "shelves": "Shelf"},
    "Book": {"tags": "Tag", "reviews": "Review", "notes": "Note"},
    "Tag": {"books": "Book"},
    "Person": {"friends": "Person"},
    "Restaurant": {"waiters": "Waiter"},
}
PLAIN = {
    "Author": {"name": "word", "born": "number?"},
    "Book": {"isbn": "word", "title": "word", "stock": "number",
             "price": "price"},
    "Review": {"text": "word"},
    "Order": {"number": "number"},
    "Shelf": {},
    "Note": {"text": "word"},
    "Loose": {},
    "Tag": {"word": "word"},
    "Place": {"name": "word"},
    "Restaurant": {"name": "word", "stars": "number"},
    "Waiter": {"name": "word"},
    "Person": {"name": "word"},
}


class Sequence:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.slots = []  # the models of the records

    def make(self, length=14):
        # Enough to work with.
        steps = [self.create(model) for model in
                 ("Author", "Author", "Book", "Book", "Tag", "Restaurant")]
        steps += [self.step(0) for _ in range(length)]
        return steps

    def value(self, kind):
        if kind == "number?" and self.random.random() < 0.3:
            return None
        if kind.startswith("number"):
            return self.random.randint(0, 3)
        if kind == "price":
            return f"{self.random.randint(0, 99)}.{self.random.randint(10, 99)}"
        return self.random.choice(WORDS)

    def slot_of(self, model):
        """A record of that model, as {"slot": n}; None without one."""
        known = [at for at, one in enumerate(self.slots) if one == model]
        return self.random.choice(known) if known else None

    def fields(self, model, some=False):
        given = {}
        for name, kind in PLAIN[model].items():
            if not some or self.random.random() < 0.5:
                given[name] = self.value(kind)
        for name, (target, null) in KEYS.get(model, {}).items():
            if some and self.random.random() < 0.5:
                continue
            slot = self.slot_of(target)
            if slot is None or (null and self.random.random() < 0.3):
                # Sometimes what is not allowed.
                if null or self.random.random() < 0.3:
                    given[name] = None
            else:
                given[name] = {"slot": slot}
        return given

    def filter(self, model):
        choices = []
        for name, kind in PLAIN[model].items():
            if kind == "word":
                choices.append({name: self.value(kind)})
            elif kind.startswith("number"):
                choices.append({name + "__gte": self.random.randint(0, 2)})
        for name, (target, _) in KEYS.get(model, {}).items():
            slot = self.slot_of(target)
            if slot is not None:
                choices.append({name: {"slot": slot}})
            if "name" in PLAIN[target]:
                choices.append({name + "__name": self.value("word")})
            choices.append({name + "__isnull": self.random.random() < 0.5})
        choices.append({"pk__in": [self.random.randint(1, 4)
                                   for _ in range(3)]})
        return self.random.choice(choices)

    def create(self, model=None):
        model = model or self.random.choice(MODELS)
        step = ["create", model, self.fields(model)]
        self.slots.append(model)
        return step

    def found(self, name):
        model = self.random.choice(["Author", "Book", "Tag", "Place",
                                    "Restaurant", "Person"])
        lookup = {"Book": "isbn", "Tag": "word"}.get(model, "name")
        defaults = self.fields(model)
        defaults.pop(lookup, None)
        step = [name, model, {lookup: self.value("word")}, defaults]
        self.slots.append(model)
        return step

    def bulk_create(self):
        model = self.random.choice(["Author", "Book", "Tag", "Review", "Note",
                                    "Place"])
        rows = [self.fields(model) for _ in range(self.random.randint(1, 4))]
        return ["bulk_create", model, rows, self.random.random() < 0.4]

    def save(self):
        slot = self.random.randrange(len(self.slots))
        model = self.slots[slot]
        fields = self.fields(model, some=True)
        options = {}
        chance = self.random.random()
        if chance < 0.15:
            options["force_insert"] = True
        elif chance < 0.3 and model != "Restaurant":
            # Django inserts the row of a parent that is gone, whatever was
            # forced; ours does not.
            options["force_update"] = True
        elif chance < 0.5 and fields:
            options["update_fields"] = self.random.sample(
                sorted(fields), self.random.randint(1, len(fields)))
        if model == "Book" and self.random.random() < 0.2:
            fields["stock"] = {"plus": ["stock", 1]}
        return ["save", slot, fields, options]

    def update(self):
        model = self.random.choice(["Author", "Book", "Note", "Order",
                                    "Restaurant", "Place", "Review"])
        fields = self.fields(model, some=True)
        if model == "Book" and self.random.random() < 0.4:
            fields["stock"] = {"plus": ["stock", self.random.randint(-1, 2)]}
        return ["update", model, self.filter(model), fields]

    def bulk_update(self):
        model = self.random.choice(["Author", "Book", "Restaurant"])
        slots = sorted({slot for slot in (self.slot_of(model)
                                          for _ in range(3))
                        if slot is not None})
        fields = self.fields(model, some=True)
        return ["bulk_update", model, slots, fields]

    def related(self):
        slot = self.random.randrange(len(self.slots))
        relations = MANY.get(self.slots[slot])
        if not relations:
            return self.create()
        name = self.random.choice(sorted(relations))
        others = [self.slot_of(relations[name]) for _ in range(2)]
        method = self.random.choice(["add", "add", "remove", "set", "clear"])
        return ["related", slot, name, method,
                sorted({one for one in others if one is not None})]

    def atomic(self, depth):
        steps = [self.step(depth + 1)
                 for _ in range(self.random.randint(1, 3))]
        return ["atomic", steps, self.random.random() < 0.4]

    def step(self, depth):
        chance = self.random.random()
        if chance < 0.18:
            return self.create()
        if chance < 0.26:
            return self.found("get_or_create")
        if chance < 0.34:
            return self.found("update_or_create")
        if chance < 0.40:
            return self.bulk_create()
        if chance < 0.52:
            return self.save()
        if chance < 0.64:
            return ["delete", self.random.randrange(len(self.slots))]
        if chance < 0.67:
            return ["refresh", self.random.randrange(len(self.slots))]
        if chance < 0.75:
            return self.update()
        if chance < 0.80:
            return self.bulk_update()
        if chance < 0.84:
            model = self.random.choice(MODELS)
            return ["remove", model, self.filter(model)]
        if chance < 0.94 or depth > 1:
            return self.related()
        return self.atomic(depth)
