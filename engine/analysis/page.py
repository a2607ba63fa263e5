"""An inspection as a page of its own: one HTML file with its figures inside, which loads nothing."""

from __future__ import annotations

import base64
from html import escape

import numpy as np

from engine.analysis.figures import as_png, contributions_figure, reach_figure, responses_figure
from engine.analysis.inspection import SHARES, Inspection, centred, correlations

STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 62em; margin: 2em auto; color: #202124 }
img { max-width: 100% } table { border-collapse: collapse; font-variant-numeric: tabular-nums }
td, th { padding: .1em .7em; text-align: right; border-bottom: 1px solid #e8eaed } h2 { margin-top: 2em }
"""


def as_html(found: Inspection) -> str:
    """The whole page."""
    header, config = found.model.header, found.model.config
    ranks, rate = correlations(found), config.sample_rate / 1000.0
    name = escape(header.name)
    sections = [
        f"<h1>Inside {name}</h1>",
        f"<p>{config.layers} layers, {config.receptive_field} samples of receptive field, "
        f"{config.sample_rate} Hz; model {escape(header.hash[:12] or 'without hash')}. Looked into with "
        f"{escape(found.sound.name)}, {len(found.sound.codes)} samples, {found.bits:.3f} bits a sample.</p>",
        "<h2>Contributions</h2><p>A row a layer, the first one lowest; bright where its share of the skip "
        "sum moves the logit of the drawn sample more than others' do.</p>",
        _image(as_png(contributions_figure(found)), "contributions of the layers over time"),
        "<h2>Frequencies</h2><p>What comes out of each layer in thirds of an octave, each row against its "
        "own loudest band. If each layer took the wave apart by frequency, with long dilations for low "
        "ones, the rank correlation of dilation and centre would be near -1: it is "
        + ", ".join(f"{each.every:+.2f} (of {name})" for name, each in ranks.items())
        + "; over the layers alone whose rate / (2 · dilation) is 50 Hz or more "
        + ", ".join(f"{each.resolved:+.2f}" for each in ranks.values())
        + ".</p>",
        _image(as_png(responses_figure(found)), "frequency responses of the layers"),
        "<h2>Receptive field</h2><p>"
        + "; ".join(
            f"{share:.0%} of the gradient lies within {found.reach.holding(share) / rate:.3g} ms"
            for share in SHARES
        )
        + f" of {config.receptive_field / rate:.4g} ms.</p>",
        _image(as_png(reach_figure(found)), "gradient over past samples"),
        "<h2>Layers</h2>",
        _table(found),
    ]
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Inside {name}</title>'
        f"<style>{STYLE}</style></head><body>\n" + "\n".join(sections) + "\n</body></html>\n"
    )


def _image(png: bytes, words: str) -> str:
    return f'<img alt="{words}" src="data:image/png;base64,{base64.b64encode(png).decode("ascii")}">'


def _table(found: Inspection) -> str:
    """A row a layer."""
    heads = (
        "layer", "dilation", "part, %", "bits without", "centre, sweep", "centre, noise", "centre, sound, Hz",
        "width, noise, octaves",
    )  # fmt: skip
    centres = centred(found)
    rows = ["".join(f"<th>{head}</th>" for head in heads)]
    for layer, dilation in enumerate(found.model.config.dilations):
        cells = [
            str(layer),
            str(dilation),
            f"{100 * found.parts[layer]:.1f}",
            f"{found.bits_without[layer]:.3f}",
            *(_hertz(centres[name][0][layer]) for name in ("sweep", "noise", "sound")),
            f"{centres['noise'][1][layer]:.1f}",
        ]
        rows.append("".join(f"<td>{cell}</td>" for cell in cells))
    return "<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>"


def _hertz(value: float) -> str:
    return f"{value:.0f}" if np.isfinite(value) else "–"
