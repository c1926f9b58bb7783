"""The modes of the studio, in the order of the rail."""

from __future__ import annotations

from studio.view.mode import Mode

MODES: tuple[Mode, ...] = (
    Mode(
        id="image",
        title="Image",
        icon="image-square",
        shortcut="1",
        module="studio.view.panels.image_page",
        help="Make pictures.",
    ),
    Mode(
        id="music",
        title="Music",
        icon="music-notes",
        shortcut="2",
        module="studio.view.panels.compose_page",
        help="Write melodies over chords.",
    ),
    Mode(
        id="train",
        title="Train",
        icon="graduation-cap",
        shortcut="3",
        module="studio.view.panels.train_page",
        help="Let a model learn from pictures or songs of yours.",
    ),
    Mode(
        id="library",
        title="Library",
        icon="books",
        shortcut="4",
        module="studio.view.panels.library_page",
        help="Every model: what it makes, what it learnt from, its licence and its quality.",
    ),
    Mode(
        id="settings",
        title="Settings",
        icon="gear-six",
        shortcut="Ctrl+,",
        module="studio.view.panels.settings_page",
        help="Theme, engine, folders, and what Duet is made of.",
        at_bottom=True,
    ),
)
