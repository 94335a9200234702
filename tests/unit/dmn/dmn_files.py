"""Small DMN files for the tests, written as the modeler writes them."""

from xml.sax.saxutils import escape

NAMESPACE = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def definitions(*parts: str, namespace: str = NAMESPACE, attributes: str = "") -> bytes:
    """A file with these elements."""
    inside = "\n".join(parts)
    head = f'<definitions xmlns="{namespace}" id="defs" name="test" namespace="urn:test" {attributes}>'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{head}{inside}</definitions>'.encode()


def decision(id: str, logic: str, *, requires: str = "", name: str = "", variable: str = "") -> str:
    """A decision; `requires` lists ids of decisions, `input:` or `bkm:` before the id says another kind."""
    shown = f'<variable name="{variable}"/>' if variable else ""
    needs = "".join(_requirement(reference) for reference in requires.split())
    return f'<decision id="{id}" name="{name or id}">{shown}{needs}{logic}</decision>'


def _requirement(reference: str) -> str:
    kind, _, id = reference.rpartition(":")
    outer, inner = {
        "": ("informationRequirement", "requiredDecision"),
        "input": ("informationRequirement", "requiredInput"),
        "bkm": ("knowledgeRequirement", "requiredKnowledge"),
    }[kind]
    return f'<{outer}><{inner} href="#{id}"/></{outer}>'


def literal(text: str) -> str:
    """A literal expression."""
    return f"<literalExpression><text>{escape(text)}</text></literalExpression>"


def cell(kind: str, text: str) -> str:
    """An entry of a rule, or a list of values."""
    return f"<{kind}><text>{escape(text)}</text></{kind}>"


def table(
    inputs: str,
    outputs: str,
    *rules: str,
    policy: str = "",
    aggregation: str = "",
    allowed: str = "",
    values: str = "",
    default: str = "",
    type_ref: str = "",
) -> str:
    """A decision table. Inputs and outputs are names between `|`; a rule is its cells between `|`.

    `allowed` are the first input's values, `values` and `default` the first output's.
    """
    policies = f' hitPolicy="{policy}"' if policy else ""
    policies += f' aggregation="{aggregation}"' if aggregation else ""
    columns = [name.strip() for name in inputs.split("|") if name.strip()]
    names = [name.strip() for name in outputs.split("|")]
    parts = [
        f'<input id="in_{n}" label="{escape(name)}"><inputExpression typeRef="{type_ref}"><text>{escape(name)}</text>'
        f"</inputExpression>{cell('inputValues', allowed) if allowed and n == 0 else ''}</input>"
        for n, name in enumerate(columns)
    ]
    parts += [
        f'<output id="out_{n}" name="{name}">{cell("outputValues", values) if values and n == 0 else ""}'
        f"{cell('defaultOutputEntry', default) if default and n == 0 else ''}</output>"
        for n, name in enumerate(names)
    ]
    parts += [_rule(n, rule, len(columns), len(names)) for n, rule in enumerate(rules, 1)]
    return f"<decisionTable{policies}>{''.join(parts)}</decisionTable>"


def _rule(number: int, rule: str, inputs: int, outputs: int) -> str:
    cells = [text.strip() for text in rule.split("|")]
    tests, results, notes = cells[:inputs], cells[inputs : inputs + outputs], cells[inputs + outputs :]
    inside = "".join(cell("inputEntry", text) for text in tests)
    inside += "".join(cell("outputEntry", text) for text in results)
    inside += "".join(f"<annotationEntry><text>{escape(text)}</text></annotationEntry>" for text in notes)
    return f'<rule id="rule_{number}">{inside}</rule>'
