"""A page that stands alone in one file: no script, nothing fetched, its one style named by its hash. Knows no content."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

STYLE = """
:root { color-scheme: light dark; --ink: light-dark(#1d1c19, #eceae4); --quiet: light-dark(#5f5b53, #aaa59a);
  --ground: light-dark(#fbfaf7, #191815); --card: light-dark(#fff, #23211d); --line: light-dark(#dedacf, #3d3a33);
  --one: light-dark(#3f6ea8, #7fb0ea); --two: light-dark(#b8632c, #e8a06c); --bad: light-dark(#a3341f, #f0917e);
  --good: light-dark(#2c6e49, #7fcf9f); }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 70rem; margin: 0 auto; padding: 1.5rem clamp(.75rem, 3vw, 2rem) 4rem; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 .25rem; overflow-wrap: anywhere; }
h2 { font-size: 1.25rem; margin: 2.25rem 0 .75rem; }
h3 { font-size: 1.05rem; margin: 0; overflow-wrap: anywhere; }
.verdict { font-size: 1.1rem; margin: 0 0 1rem; } .good { color: var(--good); } .bad { color: var(--bad); }
.quiet, small { color: var(--quiet); font-size: .875rem; }
.cards { display: grid; gap: .9rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 20rem), 1fr)); }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: .9rem 1rem; min-width: 0; }
.card > :last-child { margin-bottom: 0; }
.head { display: flex; justify-content: space-between; gap: .75rem; align-items: baseline; margin-bottom: .5rem; }
.head small { flex: none; }
.doubts, .reasons { margin: .5rem 0; padding-left: 1.1rem; } .doubts li, .reasons li { overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem .9rem; margin: .6rem 0; font-size: .925rem; }
dt { color: var(--quiet); }
dd { margin: 0; text-align: right; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
svg { display: block; width: 100%; height: auto; } .bar { fill: var(--one); } .bar.two
  { fill: var(--two); } .rail { fill: var(--line); }
.ends { display: flex; justify-content: space-between; gap: 1rem;
  font-size: .8rem; color: var(--quiet); font-variant-numeric: tabular-nums; }
.wide { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-size: .925rem; }
th, td { text-align: left; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid var(--line);
  vertical-align: top; overflow-wrap: break-word; max-width: 22rem; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.picture { width: 30%; min-width: 4.5rem; vertical-align: middle; } .picture svg { height: .75rem; }
  .picture svg.pair { height: 1.25rem; } .card table { font-size: .875rem; }
.key { display: flex; gap: 1.2rem; margin: 0 0 .75rem; font-size: .875rem; } .key svg
  { width: .9rem; height: .9rem; display: inline-block; vertical-align: -.1rem; }
""".strip()


def sheet(title: str, verdict: str, body: Iterable[str], *, tone: str = "", about: str = "") -> str:
    """The whole page. `title`, `verdict` and `about` are text; `body` is HTML already."""
    digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{text(title)}</title><style>{STYLE}</style></head>\n<body><main>\n"
        f'<h1>{text(title)}</h1>\n<p class="verdict {tone}">{text(verdict)}</p>\n'
        + (f'<p class="quiet">{text(about)}</p>\n' if about else "")
        + "\n".join(body)
        + "\n</main></body></html>\n"
    )


def text(value: Any) -> str:
    """A value as HTML text; control characters, which no page may hold, are shown as �.

    >>> text("<b>")
    '&lt;b&gt;'
    """
    return escape("".join("\ufffd" if ord(one) < 32 and one not in "\n\t" else one for one in str(value)))


def facts(pairs: Iterable[tuple[str, Any]]) -> str:
    """Names with values."""
    return f"<dl>{''.join(f'<dt>{text(name)}</dt><dd>{text(value)}</dd>' for name, value in pairs)}</dl>"


def listed(lines: Iterable[Any], css: str) -> str:
    """Lines of text as a list; nothing where there are none."""
    told = "".join(f"<li>{text(line)}</li>" for line in lines)
    return f'<ul class="{css}">{told}</ul>' if told else ""


def columns(counts: Sequence[float], label: str) -> str:
    """A histogram: a column for each count."""
    most, wide = max(counts, default=0) or 1, 240 / max(1, len(counts))
    drawn = "".join(
        f'<rect class="bar" x="{place * wide + 0.5:.2f}" y="{52 - max(1, count / most * 50):.2f}" '
        f'width="{wide - 1:.2f}" height="{max(1, count / most * 50):.2f}"/>'
        for place, count in enumerate(counts)
        if count
    )
    rail = '<rect class="rail" x="0" y="52" width="240" height="1"/>'
    return f'<svg viewBox="0 0 240 53" role="img" aria-label="{text(label)}">{drawn}{rail}</svg>'


def gauge(*shares: float) -> str:
    """Bars, one under the other, each a share of 0 to 1."""
    high = 10 * len(shares)
    pair = ' class="pair"' if len(shares) > 1 else ""
    drawn = "".join(
        f'<rect class="rail" x="0" y="{place * 10 + 1}" width="100" height="8"/>'
        f'<rect class="bar{" two" if place else ""}" x="0" y="{place * 10 + 1}" width="{100 * min(1.0, share):.2f}" height="8"/>'
        for place, share in enumerate(shares)
    )
    return f'<svg viewBox="0 0 100 {high}" preserveAspectRatio="none"{pair} aria-hidden="true">{drawn}</svg>'


def table(head: Sequence[str], rows: Iterable[Sequence[str]], numbers: Sequence[int] = ()) -> str:
    """A table; its cells are HTML already, `numbers` are the places of columns with figures."""
    css = [' class="number"' if place in numbers else "" for place in range(len(head))]
    top = "".join(f'<th scope="col"{css[place]}>{text(name)}</th>' for place, name in enumerate(head))
    body = "".join(
        f"<tr>{''.join(f'<td{css[place]}>{cell}</td>' for place, cell in enumerate(row))}</tr>" for row in rows
    )
    return f'<div class="wide"><table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>'
