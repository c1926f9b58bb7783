"""What is known of the take in view."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from engines.music.chords import parse_chord
from engines.music.pitches import pitch_name
from engines.music.score import Clip
from studio.model.compose import ComposeModel
from studio.model.context import StudioContext
from studio.model.song import Take
from studio.view.bind import hairline
from studio.view.panels.facts import Facts


def chord_tone_share(clip: Clip) -> float:
    """Share of the sounding steps, 0..1, whose pitch belongs to their bar's chord."""
    tones = [parse_chord(symbol).tones for symbol in clip.chords]
    inside = sounding = 0
    for note in clip.notes:
        for step in range(note.start, min(note.start + note.length, clip.steps)):
            bar = step // clip.bar_steps
            sounding += 1
            inside += bar < len(tones) and note.pitch % 12 in tones[bar]
    return inside / sounding if sounding else 0.0


class MelodyFacts(QWidget):
    """Model, seed and a few figures; hidden while there is no melody."""

    def __init__(self, context: StudioContext, model: ComposeModel) -> None:
        super().__init__()
        self._context, self._model = context, model
        self.facts = Facts("Melody in view")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(12)
        column.addWidget(hairline())
        column.addWidget(self.facts)
        model.song.changed.connect(self._refresh)
        context.models.changed.connect(self._refresh)
        self._refresh()

    def _refresh(self) -> None:
        take = self._model.song.take
        self.setVisible(take is not None)
        self.facts.show_facts(self._lines(take) if take is not None else [])

    def _lines(self, take: Take) -> list[tuple[str, str]]:
        clip, request = take.clip, take.request
        lines: list[tuple[str, str]] = []
        if request is not None:
            title = self._context.models.title(request)
            lines += [("Model", title), ("Seed", str(request.seed))]
        lines.append(("Length", f"{clip.bars} bars, {clip.seconds:.0f} s"))
        pitches = [note.pitch for note in clip.notes]
        if pitches:
            lines += [
                ("Notes", f"{len(pitches)}, {len(pitches) / clip.bars:.1f} a bar"),
                ("Range", f"{pitch_name(min(pitches))} to {pitch_name(max(pitches))}"),
                ("On the chord", f"{chord_tone_share(clip):.0%} of the time"),
            ]
        return [*lines, *([("Note", take.note)] if take.note else [])]
