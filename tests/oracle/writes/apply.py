"""Runs sequences of writes (random_writes.py) with Django: a line of JSON for
each, {"outcomes": […], "state": {…}}."""

import json
import sys

import django

django.setup()

from django.apps import apps  # noqa: E402
from django.core.exceptions import (  # noqa: E402
    FieldError, MultipleObjectsReturned, ObjectDoesNotExist)
from django.db import connection, transaction  # noqa: E402
from django.db.models import (  # noqa: E402
    F, ProtectedError, RestrictedError)
from django.db.utils import DatabaseError, IntegrityError  # noqa: E402

KINDS = [(ProtectedError, "protected"), (RestrictedError, "restricted"),
         (IntegrityError, "integrity"), (DatabaseError, "database"),
         (ObjectDoesNotExist, "missing"), (MultipleObjectsReturned, "several"),
         ((ValueError, FieldError, TypeError, AttributeError, AssertionError),
          "value")]


class Stop(Exception):
    pass


class Missing(Exception):
    """A slot without a record."""


class Run:
    def __init__(self):
        self.slots = []
        self.made = None
        self.unsettled = None

    def record(self, slot):
        if slot >= len(self.slots) or self.slots[slot] is None:
            raise Missing()
        return self.slots[slot]

    def value(self, given):
        if isinstance(given, dict) and "slot" in given:
            return self.record(given["slot"])
        if isinstance(given, dict):
            field, number = given["plus"]
            return F(field) + number
        return given

    def fields(self, given):
        return {name: self.value(one) for name, one in given.items()}

    def create(self, model, fields):
        self.made = model.objects.create(**self.fields(fields))
        return "ok"

    def get_or_create(self, model, lookups, defaults):
        self.made, made = model.objects.get_or_create(
            **self.fields(lookups), defaults=self.fields(defaults))
        return made

    def update_or_create(self, model, lookups, defaults):
        self.made, made = model.objects.update_or_create(
            **self.fields(lookups), defaults=self.fields(defaults))
        return made

    def bulk_create(self, model, rows, ignore):
        made = model.objects.bulk_create(
            [model(**self.fields(row)) for row in rows],
            ignore_conflicts=ignore)
        return len(made)

    def save(self, slot, fields, options):
        record = self.record(slot)
        for name, one in self.fields(fields).items():
            setattr(record, name, one)
        self.unsettled = (record, fields)
        record.save(**options)
        return "ok"

    def settle(self):
        """Django 3.2 keeps the expression: read what it has become."""
        record, fields = self.unsettled or (None, {})
        for name, one in fields.items():
            if isinstance(one, dict) and "plus" in one:
                number = type(record).objects.filter(pk=record.pk)
                found = number.values_list(name, flat=True).first()
                setattr(record, name, 0 if found is None else found)
        self.unsettled = None

    def delete(self, slot):
        return self.counts(self.record(slot).delete())

    def refresh(self, slot):
        self.record(slot).refresh_from_db()
        return "ok"

    def bulk_update(self, model, slots, fields):
        records = [self.record(slot) for slot in slots]
        # 3.2 lets records through that are not there; 5.2 does not.
        given = self.there(fields)
        for record in records:
            for name, one in given.items():
                setattr(record, name, one)
        model.objects.bulk_update(records, sorted(given))
        return "ok"

    def there(self, given):
        found = self.fields(given)
        if any(one.pk is None for one in found.values()
               if hasattr(one, "pk")):
            raise Missing()
        return found

    def update(self, model, condition, fields):
        return model.objects.filter(**self.there(condition)).update(
            **self.fields(fields))

    def remove(self, model, condition):
        return self.counts(
            model.objects.filter(**self.there(condition)).delete())

    def related(self, slot, name, method, slots):
        records = [self.record(one) for one in slots]
        if self.record(slot).pk is None or \
                any(one.pk is None for one in records):
            raise Missing()
        manager = getattr(self.record(slot), name)
        if method == "set":
            manager.set(records)
        elif method == "clear":
            manager.clear()
        else:
            getattr(manager, method)(*records)
        return "ok"

    @staticmethod
    def counts(done):
        return [done[0], {label: count for label, count in
                          sorted(done[1].items()) if count}]

    def atomic(self, steps, fails):
        outcomes = []
        try:
            with transaction.atomic():
                for step in steps:
                    outcomes.append(self.step(step))
                if fails:
                    raise Stop()
        except Stop:
            outcomes.append("stopped")
        return outcomes

    MAKES = ("create", "get_or_create", "update_or_create")
    MODELS = (*MAKES, "bulk_create", "bulk_update", "update", "remove")

    def step(self, step):
        name, *arguments = step
        if name in self.MODELS:
            arguments[0] = apps.get_model("shop", arguments[0])
        if name == "atomic":
            return self.run(self.atomic, arguments)

        def work():
            with transaction.atomic():
                return getattr(self, name)(*arguments)
        self.made = None
        outcome = self.run(work, [])
        self.settle()
        if name in self.MAKES:
            # One slot for each, whatever came of it.
            self.slots.append(self.made)
        return outcome

    def run(self, work, arguments):
        try:
            return work(*arguments)
        except Missing:
            return "no slot"
        except Exception as error:  # its kind is the outcome
            for classes, kind in KINDS:
                if isinstance(error, classes):
                    return "error " + kind
            raise


def tables():
    models = [model for model in apps.get_app_config("shop").get_models(
        include_auto_created=True)]
    return sorted(models, key=lambda model: model._meta.label)


def state():
    found = {}
    for model in tables():
        # In which order the rows of a relation were made is nobody's matter.
        fields = [field.attname for field in model._meta.local_fields
                  if not (model._meta.auto_created and field.primary_key)]
        rows = [[None if value is None else str(value) for value in row]
                for row in model._base_manager.values_list(*fields)]
        found[model._meta.label] = sorted(rows, key=str)
    return found


def empty():
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            names = ", ".join(f'"{model._meta.db_table}"'
                              for model in tables())
            cursor.execute(f"TRUNCATE {names} RESTART IDENTITY CASCADE")
            return
    with transaction.atomic(), connection.cursor() as cursor:
        for model in tables():
            cursor.execute(f'DELETE FROM "{model._meta.db_table}"')
        cursor.execute("DELETE FROM sqlite_sequence")


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        for line in file:
            empty()
            run = Run()
            outcomes = [run.step(step) for step in json.loads(line)]
            print(json.dumps({"outcomes": outcomes, "state": state()}),
                  flush=True)


main()
