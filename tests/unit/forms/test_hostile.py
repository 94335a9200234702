"""Whatever comes, the answer is data or InvalidForm; whatever a file holds, lint answers with findings."""

import copy
from typing import Any

import simplejson
from hypothesis import given, settings
from hypothesis import strategies as st

import forms
from tests.unit.forms.helpers import APPLICATION, APPLICATION_CONTEXT, CLOCK, REVIEW_CONTEXT, example, text_of

_scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.decimals()
    | st.text(max_size=12)
    | st.sampled_from(["=1", "{{x}}", "2024-01-01", "C34", "370100", "recommend", "９", "\ud800", "1e9"])
)
_keys = st.sampled_from(
    [
        *example("application").keys,
        *example("county_review").keys,
        *example("chain").keys,
        "name",
        "uscc",
        "months",
    ]
) | st.text(max_size=6)
_json = st.recursive(
    _scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_keys, inner, max_size=6),
    max_leaves=25,
)
_context = {**APPLICATION_CONTEXT, **REVIEW_CONTEXT}


@settings(deadline=None)  # the machine may be busy
@given(st.sampled_from(["application", "county_review", "chain"]), _json)
def test_validation_answers_with_data_or_invalid_form(name: str, body: Any) -> None:
    form = example(name)
    try:
        data = form.validate(body, _context, CLOCK)
    except forms.InvalidForm as refusal:
        errors = refusal.errors
        assert errors
        assert all(
            error.zh and error.en and "{label}" not in error.zh.replace("“{label}”", "") for error in errors
        )
    else:
        errors = []
        simplejson.dumps(data, use_decimal=True, allow_nan=False)
        assert form.validate(data, _context, CLOCK) == data
    if isinstance(body, dict):
        shown = form.view(body, _context, CLOCK, errors)
        assert len(shown.errors) == len(errors)


@settings(deadline=None)  # the machine may be busy
@given(st.dictionaries(_keys, _json, max_size=6), st.sampled_from(sorted(APPLICATION)), _json)
def test_an_application_with_one_wrong_answer_is_shown_again(
    extra: dict[str, Any], key: str, value: Any
) -> None:
    form, body = example("application"), {**APPLICATION, **extra, key: value}
    errors = []
    try:
        form.validate(body, _context, CLOCK)
    except forms.InvalidForm as refusal:
        errors = refusal.errors
    view = form.view(body, _context, CLOCK, errors)
    assert [error.message for error in view.errors] == [error.zh for error in errors]


@settings(deadline=None)  # the machine may be busy
@given(_json, st.randoms(use_true_random=False))
def test_lint_answers_any_damage_with_findings(junk: Any, random: Any) -> None:
    definition = simplejson.loads(text_of("application"), use_decimal=True)
    _damage(definition, junk, random)
    damaged = simplejson.dumps(definition, use_decimal=True, allow_nan=True, skipkeys=True, ignore_nan=False)
    findings = forms.lint("damaged.form", damaged)
    if not any(finding.severity == "error" for finding in findings):
        forms.load("damaged.form", damaged).view({}, _context, CLOCK)


def _damage(node: Any, junk: Any, random: Any) -> None:
    """Put junk somewhere inside."""
    node = node["components"]
    while True:
        key = random.randrange(len(node)) if isinstance(node, list) else random.choice(sorted(node))
        inside = node[key]
        if not inside or not isinstance(inside, dict | list) or random.random() < 0.3:
            node[key] = copy.deepcopy(junk)
            return
        node = inside


@settings(deadline=None)  # the machine may be busy
@given(st.text(max_size=200) | st.binary(max_size=50).map(lambda raw: raw.decode("latin-1")))
def test_lint_takes_any_text(text: str) -> None:
    assert forms.lint("any.form", text)
