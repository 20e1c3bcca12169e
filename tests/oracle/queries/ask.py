"""Asks Django what a file of queries says: `ask.py QUERIES`, an answer a line.

A query is a map as tests/oracle/query_rows.cpp describes; its expressions are
those of models.yaml. They are read here once more, into Django's own objects.
"""
import datetime
import decimal
import json
import sys

import django

django.setup()

from django.db import models  # noqa: E402
from django.db.models import functions  # noqa: E402
from shop import models as shop  # noqa: E402

import query_yaml  # noqa: E402

OPERATORS = {"+": "__add__", "-": "__sub__", "*": "__mul__",
             "/": "__truediv__", "%": "__mod__", "^": "__pow__"}
CONNECTORS = {"or": "__or__", "and": "__and__", "xor": "__xor__"}


def model(name):
    return getattr(shop, name)


def plain(value):
    return decimal.Decimal(str(value)) if isinstance(value, float) else value


def argument(data):
    if isinstance(data, str):
        return models.F(data)
    if isinstance(data, dict):
        return expression(data)
    return models.Value(plain(data))


def find_class(name):
    return getattr(models, name, None) or getattr(functions, name)


def output(data):
    return find_class(data["type"])(
        **{key: value for key, value in data.items() if key != "type"})


def order(data):
    if isinstance(data, str):
        return data
    for key, descending in (("asc", False), ("desc", True)):
        if key in data:
            return models.expressions.OrderBy(
                argument(data[key]), descending=descending,
                nulls_first=data.get("nulls_first", False),
                nulls_last=data.get("nulls_last", False))
    return expression(data)


def listed(data):
    return data if isinstance(data, list) else [data]


def order_in(data):
    """In a window: a name has no minus there."""
    made = []
    for one in listed(data):
        if isinstance(one, str):
            name = models.F(one.lstrip("-"))
            one = name.desc() if one.startswith("-") else name.asc()
        else:
            one = order(one)
        made.append(one)
    return made


def window(data):
    arguments = {}
    if "partition_by" in data:
        arguments["partition_by"] = [argument(one)
                                     for one in listed(data["partition_by"])]
    if "order_by" in data:
        arguments["order_by"] = order_in(data["order_by"])
    for key, frame in (("rows", models.RowRange), ("range", models.ValueRange)):
        if key in data:
            start, end = data[key]
            arguments["frame"] = frame(start=start, end=end)
    return models.Window(expression(data["Window"]), **arguments)


def case(data):
    branches = [models.When(condition(one["when"]), then=argument(one["then"]))
                for one in data["Case"]]
    arguments = {}
    if "default" in data:
        arguments["default"] = argument(data["default"])
    if "output_field" in data:
        arguments["output_field"] = output(data["output_field"])
    return models.Case(*branches, **arguments)


def subquery(name, data):
    rows = steps(model(data["model"]).objects.all(), data[name])
    return getattr(models, name)(rows)


def expression(data):
    name = next(key for key in data if key[0].isupper() or key in OPERATORS)
    value = data[name]
    if name == "F":
        return models.F(value)
    if name == "OuterRef":
        path = models.OuterRef(value)
        return models.OuterRef(path) if data.get("depth") == 2 else path
    if name == "Value":
        return models.Value(plain(value))
    if name == "Q":
        return condition(value)
    if name in OPERATORS:
        total = argument(value[0])
        for one in value[1:]:
            total = getattr(total, OPERATORS[name])(argument(one))
        if "output_field" in data:
            total = models.ExpressionWrapper(total,
                                             output(data["output_field"]))
        return total
    if name == "Case":
        return case(data)
    if name == "Window":
        return window(data)
    if name in ("Subquery", "Exists"):
        return subquery(name, data)
    if name == "FilteredRelation":
        return models.FilteredRelation(value,
                                       condition=condition(data["condition"]))
    if name == "JSONObject":
        return functions.JSONObject(**{key: argument(one)
                                       for key, one in value.items()})
    arguments = ["*"] if value == "*" else [argument(one)
                                            for one in listed(value)]
    keywords = {}
    for key, given in data.items():
        if key == name:
            continue
        if key == "filter":
            given = condition(given)
        elif key == "output_field":
            given = output(given)
        elif key == "default":
            continue
        keywords[key] = given
    if name == "Round" and "precision" in keywords:
        del keywords["precision"]
    made = find_class(name)(*arguments, **keywords)
    if "default" in data:  # Django 4.0 has it, 3.2 says it so
        made = functions.Coalesce(made, models.Value(data["default"]),
                                  output_field=made.output_field
                                  if name != "Sum" else None)
    return made


def operand(value):
    if isinstance(value, dict):
        return value["Value"] if list(value) == ["Value"] else expression(value)
    if isinstance(value, list):
        return [operand(one) for one in value]
    return plain(value)


def condition(data):
    if any(key[0].isupper() for key in data):
        return models.Q(expression(data))
    made = models.Q()
    lookups = []
    for key, value in data.items():
        if key == "not":
            made &= ~condition(value)
        elif key in CONNECTORS:
            whole = condition(value[0])
            for one in value[1:]:
                whole = getattr(whole, CONNECTORS[key])(condition(one))
            made &= whole
        else:
            lookups.append((key, value))
    for key, value in sorted(lookups):
        made &= models.Q(**{key: operand(value)})
    return made


def named(rows, data):
    """Names to select, those with expressions first given to annotate()."""
    names = []
    for one in data:
        if isinstance(one, str):
            names.append(one)
            continue
        for key, value in one.items():
            rows = rows.annotate(**{key: argument(value)})
            names.append(key)
    return rows, names


def values(rows, data):
    if all(isinstance(one, str) for one in data):
        return rows.values_list(*data)
    rows, names = named(rows, data)
    return rows.values_list(*names)


STEPS = {
    "filter": lambda rows, data: rows.filter(condition(data)),
    "exclude": lambda rows, data: rows.exclude(condition(data)),
    "annotate": lambda rows, data: rows.annotate(
        **{key: argument(value) for key, value in data.items()}),
    "alias": lambda rows, data: rows.alias(
        **{key: argument(value) for key, value in data.items()}),
    "order_by": lambda rows, data: rows.order_by(*map(order, listed(data))),
    "reverse": lambda rows, data: rows.reverse(),
    "distinct": lambda rows, data: rows.distinct(),
    "values": values,
    "slice": lambda rows, data: rows[data[0]:None if data[1] is None
                                     else data[0] + data[1]],
    "limit": lambda rows, data: rows[:data],
    "none": lambda rows, data: rows.none(),
    "union": lambda rows, data: rows.union(*others(rows, data)),
    "union_all": lambda rows, data: rows.union(*others(rows, data), all=True),
    "intersection": lambda rows, data: rows.intersection(*others(rows, data)),
    "difference": lambda rows, data: rows.difference(*others(rows, data)),
    "dates": lambda rows, data: rows.dates(*data).values_list("datefield"),
    "datetimes": lambda rows, data: rows.datetimes(*data).values_list(
        "datetimefield"),
}


def others(rows, data):
    return [steps(rows.model.objects.all(), one) for one in data]


def steps(rows, data):
    for step in data:
        (name, value), = step.items()
        rows = STEPS[name](rows, value)
    return rows


def shown(value):
    """In one spelling, whatever the database gives."""
    if isinstance(value, (datetime.datetime, datetime.time, datetime.date)):
        if isinstance(value, datetime.datetime) and value.tzinfo:
            value = value.astimezone(datetime.timezone.utc)
            value = value.replace(tzinfo=None)
        return str(value)
    if isinstance(value, datetime.timedelta):
        return django.utils.duration.duration_string(value)
    if isinstance(value, decimal.Decimal):
        return f"{value:f}"
    return value


def answer(query):
    rows = steps(model(query["model"]).objects.all(), query.get("steps", []))
    ask = query.get("ask", "rows")
    if isinstance(ask, dict):
        found = rows.aggregate(**{key: argument(value)
                                  for key, value in ask.items()})
        return {"rows": [[shown(found[key]) for key in ask]]}
    if ask in ("count", "exists"):
        return {"value": getattr(rows, ask)()}
    if any("values" in step for step in query.get("steps", [])) or \
            any(key in step for step in query["steps"]
                for key in ("dates", "datetimes")):
        return {"rows": [[shown(value) for value in row] for row in rows]}
    return {"rows": [[shown(row.pk)] for row in rows]}


def main():
    for query in query_yaml.load(sys.argv[1]):
        try:
            line = answer(query)
        except Exception as error:  # its kind is the answer
            line = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(line))


main()
