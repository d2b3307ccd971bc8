"""The handbook's gallery of verbs is what they do today."""

from prep.steps import verbs
from tests.prep.gallery import EXAMPLES, FAMILIES, PAGE, page


def test_every_verb_is_in_the_gallery():
    assert sorted(EXAMPLES) == verbs() == sorted(verb for some in FAMILIES.values() for verb in some)


def test_what_the_gallery_shows_is_what_the_verbs_do():
    assert page() == PAGE.read_text()  # write it anew: python -m tests.prep.gallery
