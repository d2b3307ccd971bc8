"""Alpha with its bootstrap interval on real answers, as measured elsewhere (pattern bootstrap, another seed)."""

from __future__ import annotations

import pytest

from labeling.agreement import krippendorff_alpha, pairs, without_each


@pytest.mark.parametrize(
    ("name", "level", "value", "low", "high"),
    [
        ("rte", "nominal", 0.242, 0.221, 0.262),
        ("bluebirds", "nominal", 0.126, 0.101, 0.148),
        ("s_dog", "nominal", 0.519, 0.503, 0.536),
        ("d_product", "nominal", 0.158, 0.140, 0.173),
        ("convabuse", "ordinal", 0.660, 0.635, 0.682),
    ],
)
def test_alpha_and_its_interval(real, name, level, value, low, high):
    found = krippendorff_alpha(real(name), level=level)
    assert found.value == pytest.approx(value, abs=0.0011)
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.003)


@pytest.mark.parametrize(("name", "level"), [("rte", "nominal"), ("s_dog", "nominal"), ("convabuse", "ordinal")])
def test_bootstrap_and_closed_form_tell_the_same(real, name, level):
    found = [krippendorff_alpha(real(name), level=level, interval=how) for how in ("bootstrap", "closed form")]
    assert (found[0].low, found[0].high) == pytest.approx((found[1].low, found[1].high), abs=0.004)


def test_an_interval_over_annotators_is_wider_where_annotators_differ(real):
    units, people = (
        krippendorff_alpha(real("bluebirds"), over=over, resamples=300) for over in ("units", "annotators")
    )
    assert people.low < units.low < people.value < units.high < people.high


def test_pairs_of_convabuse_are_its_28_and_lie_about_the_whole(real):
    found = pairs(real("convabuse"), level="ordinal")
    values = [pair.coefficient.value for pair in found.pairs]
    assert (len(values), found.left_out) == (28, 0)
    assert min(values) < 0.66 < max(values)


def test_alpha_without_an_annotator_is_alpha_of_the_others(real):
    answers = real("convabuse")
    for annotator, effect in without_each(answers, level="ordinal", resamples=100).items():
        others = krippendorff_alpha(answers[answers.worker != annotator], level="ordinal", resamples=100)
        assert effect.value == pytest.approx(others.value, abs=1e-12)
