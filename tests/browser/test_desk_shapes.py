"""Boxes and outlines on an image at the desk: by keyboard, by mouse, by touch at 360 px."""

import pytest
from playwright.sync_api import expect


def test_x(site):
    pass
