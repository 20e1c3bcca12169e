"""Queries that are data (query_rows.cpp) as programs in Lua."""

import datetime
import decimal

OPERATORS = ("+", "-", "*", "/", "%", "^")
CONNECTORS = {"or": "|", "and": "&", "xor": "~"}
# Steps that Lua's query sets do not have, or not by that name.
LATER = ("source", "cte", "recursive", "union_all")


class Unspoken(Exception):
    """What this translation does not know."""


def text(value):
    quoted = value.replace("\\", "\\\\").replace('"', '\\"')
    return '"%s"' % quoted.replace("\n", "\\n")


def table(pairs):
    return "{%s}" % ", ".join(
        f"[{text(key)}]={value}" for key, value in pairs)


def literal(data):
    if data is None:
        return "NULL"
    if isinstance(data, bool):
        return str(data).lower()
    if isinstance(data, str):
        return text(data)
    if isinstance(data, (float, decimal.Decimal)):
        return f'decimal"{data}"'
    if isinstance(data, (datetime.date, datetime.time)):
        return text(str(data))
    if isinstance(data, list):
        return "{%s}" % ", ".join(map(literal, data))
    if isinstance(data, dict):
        return table((key, literal(value)) for key, value in data.items())
    return repr(data)


def class_of(data):
    for key in data:
        if key[0].isupper() or key in OPERATORS:
            return key
    return None


def operand(data):
    if isinstance(data, dict) and class_of(data):
        return expression(data)
    if isinstance(data, list):
        return "{%s}" % ", ".join(map(operand, data))
    return literal(data)


def argument(data):
    """A text is a field."""
    return operand(data)


def condition(data):
    if not data:
        raise Unspoken("an empty condition")
    if class_of(data):
        return expression(data)
    parts = []
    for key, value in data.items():
        if key == "not":
            parts.append(f"~({condition(value)})")
        elif key in CONNECTORS:
            parts.append("(%s)" % f" {CONNECTORS[key]} ".join(
                map(condition, value)))
        else:
            parts.append("Q" + table([(key, operand(value))]))
    return " & ".join(parts)


def as_object(data):
    """For an operator: a text is F."""
    return f"F{text(data)}" if isinstance(data, str) else argument(data)


def expression(data):
    name = class_of(data)
    given = data[name]
    others = {key: value for key, value in data.items() if key != name}
    if name in OPERATORS and not others:
        return "(%s)" % f" {name} ".join(map(as_object, given))
    if name == "F" and not others:
        return f"F{text(given)}"
    if name == "OuterRef" and not others:
        return f"OuterRef{text(given)}"
    if name == "Value" and not others and not isinstance(given, (dict, list)):
        return f"Value({literal(given)})"
    if name == "Q":
        return f"({condition(given)})"
    if name in ("Subquery", "Exists") and set(others) == {"model"}:
        return f"{name}({rows(others['model'], given)})"
    if name in OPERATORS or name in ("F", "Value", "OuterRef", "Subquery",
                                     "Exists", "ArraySubquery"):
        raise Unspoken(f"{name} with {sorted(others)}")
    if name == "Case":
        branches = [f"When({condition(one['when'])}, "
                    f"{argument(one['then'])})" for one in given]
    elif name == "JSONObject":
        return name + table((key, argument(value))
                            for key, value in given.items())
    else:
        branches = [argument(one) for one in
                    (given if isinstance(given, list) else [given])]
    for key, value in others.items():
        if key in ("filter", "condition"):
            branches.append(f"{key}={condition(value)}")
        elif key == "default":
            branches.append(f"default={argument(value)}")
        else:
            branches.append(f"[{text(key)}]={literal(value)}")
    return f"{name}{{{', '.join(branches)}}}"


def ordering(data):
    if isinstance(data, str):
        return text(data)
    for way in ("asc", "desc"):
        if way in data:
            options = {key: value for key, value in data.items() if key != way}
            return f"{as_object(data[way])}:{way}({literal(options)})"
    return expression(data)


def selected(data):
    """Named expressions come after the names in Lua, sorted."""
    names, named = [], {}
    for one in data:
        if isinstance(one, dict):
            named.update(one)
        elif named:
            raise Unspoken("names after expressions")
        else:
            names.append(text(one))
    if list(named) != sorted(named):
        raise Unspoken("expressions in another order")
    return "{%s}" % ", ".join(
        names + [f"[{text(key)}]={as_object(value)}"
                 for key, value in named.items()])


def step(name, data):
    if name in ("filter", "exclude"):
        return f"{name}({condition(data)})"
    if name in ("annotate", "alias"):
        return name + "(" + table((key, as_object(value))
                                  for key, value in data.items()) + ")"
    if name == "order_by":
        data = data if isinstance(data, list) else [data]
        return f"order_by({', '.join(map(ordering, data))})"
    if name == "values":
        return f"values_list({selected(data)})"
    if name == "slice":
        most = "" if data[1] is None else f":limit({data[1]})"
        return f"offset({data[0]}){most}"
    if name in ("limit", "scope", "using"):
        return f"{name}({literal(data)})"
    if name in ("reverse", "none"):
        return f"{name}()"
    if name == "distinct":
        return "distinct(%s)" % ("" if data is True else literal(data))
    if name in ("dates", "datetimes") and len(data) == 2:
        return f"{name}({', '.join(map(literal, data))})"
    if name in ("defer", "only", "select_related", "prefetch_related"):
        return f"{name}({', '.join(map(literal, data))})"
    raise Unspoken(name)


def rows(model, steps):
    names = [next(iter(one)) for one in steps]
    if sum(name in ("slice", "limit") for name in names) > 1:
        raise Unspoken("a slice of a slice")
    made = f"models.{model}:unscoped()" if "." in model else \
        f"{model}:unscoped()"
    for one in steps:
        name, data = next(iter(one.items()))
        if name in ("union", "intersection", "difference"):
            made += f":{name}({', '.join(rows(model, two) for two in data)})"
        elif name in LATER:
            raise Unspoken(name)
        else:
            made += ":" + step(name, data)
    return made


def program(query):
    """Prints the answer as query_rows does."""
    asked = query.get("ask", "rows")
    steps = query.get("steps", [])
    made = rows(query["model"], steps)
    if isinstance(asked, dict):
        names = "{%s}" % ", ".join(map(text, asked))
        given = table((key, as_object(value)) for key, value in asked.items())
        return f"aggregates({made}, {names}, {given})"
    if asked in ("count", "exists"):
        return f"value({made}:{asked}())"
    if asked != "rows":
        raise Unspoken(asked)
    flat = any(name in ("dates", "datetimes") for one in steps for name in one)
    has_values = flat or any("values" in one for one in steps)
    return f"all({made}{'' if has_values else ':values_list()'})"


PRELUDE = """
local function plain(v)
  if type(v) == "table" then return json.encode(v) end
  if type(v) == "userdata" and v ~= NULL then return tostring(v) end
  return v
end
local function line(t) print(json.encode(t)) end
local function value(v) line{value=plain(v)} end
local function list(row)
  local made = json.array{}
  if getmetatable(row) == nil and #row > 0 then
    for i = 1, #row do made[i] = plain(row[i]) end
  else
    for _, v in pairs(row) do made[#made + 1] = plain(v) end
  end
  return made
end
local function all(rows)
  local made = json.array{}
  for row in rows do made[#made + 1] = list(row) end
  line{rows=made}
end
local function aggregates(rows, names, given)
  local found, made = rows:aggregate(given), json.array{}
  for i, name in ipairs(names) do made[i] = plain(found[name]) end
  line{rows={made}}
end
local function try(run)
  local ok, problem = pcall(run)
  if not ok then line{error=tostring(problem)} end
end
"""


def script(programs):
    return PRELUDE + "".join(
        f"try(function() {one} end)\n" for one in programs)
