"""The stylesheet as a function of the theme's colours.

Widgets choose a look by their ``role`` property; sizes follow one scale (4, 8, 12, 16, 24;
controls 28 px high, radius 6).
"""

from __future__ import annotations

from string import Template

_SHEET = Template(
    """
* { outline: none; }
QWidget { color: $text; font-size: 13px; }
QMainWindow, QWidget[role="window"] { background: $window; }
QWidget[role="surface"] { background: $surface; }
QWidget[role="canvas"] { background: $canvas; }
QFrame[role="hairline"] { background: $hairline; border: none; }
QFrame[role="card"] { background: $surface; border: 1px solid $hairline; border-radius: 6px; }
QFrame[role="floating"] { background: $raised; border: 1px solid $hairline; border-radius: 8px; }

QLabel { background: transparent; }
QLabel[role="title"] { font-size: 16px; font-weight: 600; }
QLabel[role="heading"] { font-size: 13px; font-weight: 600; }
QLabel[role="muted"] { color: $muted; font-size: 12px; }
QLabel[role="problem"] { color: $bad; font-size: 12px; }
QLabel[role="section"] { color: $muted; font-size: 12px; font-weight: 600; }
QLabel[role="lead"] { font-size: 16px; }
QLabel[role="keycap"] { background: $surface; border: 1px solid $hairline; border-radius: 4px;
    padding: 1px 6px; font-size: 12px; color: $muted; }

QToolTip { background: $raised; color: $text; border: 1px solid $hairline; padding: 4px 6px;
    font-size: 12px; }

QPushButton { min-height: 26px; padding: 0 12px; border-radius: 6px; background: $raised;
    border: 1px solid $hairline; }
QPushButton:hover { background: $hover; }
QPushButton:pressed { background: $pressed; }
QPushButton:checked { background: $pressed; border-color: $text; }
QPushButton[role="tab"] { background: transparent; border-color: transparent; color: $muted; }
QPushButton[role="tab"]:hover { background: $hover; }
QPushButton[role="tab"]:checked { background: $pressed; color: $text; }
QPushButton:focus { border: 2px solid $focus; padding: 0 11px; min-height: 24px; }
QPushButton:disabled { color: $control; background: transparent; border-color: $hairline; }
QPushButton[role="primary"] { background: $generator; color: $on_generator; border: none;
    min-height: 36px; padding: 0 20px; font-weight: 600; }
QPushButton[role="primary"]:hover { background: $generator_hover; }
QPushButton[role="primary"]:pressed { background: $generator_pressed; }
QPushButton[role="primary"]:focus { border: 2px solid $focus; min-height: 32px; padding: 0 18px; }
QPushButton[role="primary"]:disabled { background: $hover; color: $muted; }
QPushButton[role="quiet"] { background: transparent; border: 1px solid transparent;
    padding: 0 8px; color: $muted; }
QPushButton[role="quiet"]:checked { background: transparent; border-color: transparent; }
QPushButton[role="quiet"]:hover { background: $hover; }
QPushButton[role="quiet"]:pressed { background: $pressed; }
QPushButton[role="quiet"]:focus { border: 2px solid $focus; padding: 0 7px; }

QPushButton[role="fold"] { background: transparent; border: 2px solid transparent; padding: 0;
    min-height: 24px; color: $muted; font-size: 12px; font-weight: 600; text-align: left; }
QPushButton[role="fold"]:hover { color: $text; }
QPushButton[role="fold"]:focus { border-color: $focus; padding: 0; min-height: 24px; }

QPushButton[role="secondaryLarge"] { min-height: 34px; padding: 0 20px; }
QPushButton[role="secondaryLarge"]:focus { min-height: 32px; padding: 0 19px; }

QToolButton { min-width: 26px; min-height: 26px; border-radius: 6px; background: transparent;
    border: 1px solid transparent; padding: 0; }
QToolButton:hover { background: $hover; }
QToolButton:pressed { background: $pressed; }
QToolButton:checked { background: $pressed; }
QToolButton:focus { border: 2px solid $focus; min-width: 24px; min-height: 24px; }
QToolButton:disabled { color: $control; }
QToolButton[role="text"] { padding: 0 8px; }
QToolButton[role="rail"] { font-size: 12px; color: $muted; padding: 4px 0 2px 0; }
QToolButton[role="rail"]:hover { color: $text; }
QToolButton[role="rail"]:checked { color: $text; background: $hover; }
QToolButton::menu-indicator { image: none; }

QLineEdit, QComboBox, QPlainTextEdit { min-height: 26px; border-radius: 6px; background: $field;
    border: 1px solid $control; padding: 0 8px; selection-background-color: $control;
    selection-color: $field; }
QLineEdit { placeholder-text-color: $muted; }
QLineEdit:hover, QComboBox:hover { border-color: $muted; }
QLineEdit:focus, QComboBox:focus, QPlainTextEdit:focus { border: 2px solid $focus;
    padding: 0 7px; min-height: 24px; }
QLineEdit:disabled, QComboBox:disabled { color: $control; border-color: $hairline; }
QLineEdit[invalid="true"] { border: 2px solid $bad; padding: 0 7px; min-height: 24px; }
QComboBox::drop-down { border: none; width: 24px; }
QComboBox QAbstractItemView { background: $raised; border: 1px solid $hairline; padding: 4px;
    selection-background-color: $pressed; selection-color: $text; }

QCheckBox { spacing: 8px; min-height: 26px; border: 2px solid transparent; border-radius: 6px; }
QCheckBox:focus { border-color: $focus; }
QCheckBox::indicator { width: 16px; height: 16px; border-radius: 4px; border: 1px solid $control;
    background: $field; }
QCheckBox::indicator:checked { background: $text; border-color: $text; }
QRadioButton { spacing: 8px; min-height: 26px; border: 2px solid transparent; border-radius: 6px; }
QRadioButton:focus { border-color: $focus; }
QRadioButton:disabled { color: $muted; }
QRadioButton::indicator { width: 12px; height: 12px; border-radius: 7px;
    border: 1px solid $control; background: $field; }
QRadioButton::indicator:disabled { border-color: $hairline; background: transparent; }
QRadioButton::indicator:checked { width: 6px; height: 6px; border: 4px solid $text;
    background: $field; }

QAbstractScrollArea { background: transparent; border: none; }
QScrollArea > QWidget > QWidget { background: transparent; }
QListView { background: transparent; border: none; selection-background-color: $pressed;
    selection-color: $text; }
QListWidget#manualChapters::item { padding: 6px 8px; border-radius: 4px; }
QListWidget#manualChapters::item:hover { background: $hover; }
QListWidget#manualChapters::item:selected { background: $pressed; color: $text; }
QHeaderView, QHeaderView::section { background: $surface; color: $muted; border: none; }
QHeaderView::section { padding: 4px 8px; }
QFileDialog QListView, QFileDialog QTreeView { background: $raised; }
QScrollBar:vertical { background: transparent; width: 9px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 9px; margin: 0; }
QScrollBar::handle { background: $control; border-radius: 2px; min-width: 24px; min-height: 24px;
    margin: 2px 3px 2px 2px; }
QScrollBar::handle:horizontal { margin: 2px 2px 3px 2px; }
QScrollBar::handle:hover { background: $muted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QProgressBar { background: $pressed; border: none; border-radius: 2px; max-height: 4px;
    min-height: 4px; }
QProgressBar::chunk { background: $generator; border-radius: 2px; }

QMenu { background: $raised; border: 1px solid $hairline; padding: 4px; border-radius: 6px; }
QMenu::item { padding: 6px 24px 6px 12px; border-radius: 4px; }
QMenu::item:selected { background: $pressed; }
QMenu::item:disabled { color: $control; }
QMenu::separator { height: 1px; background: $hairline; margin: 4px 8px; }
"""
)


def stylesheet(colors: dict[str, str]) -> str:
    """The whole application's stylesheet for one theme.

    Args:
        colors: "#RRGGBB" by role, all roles of a theme file.
    """
    return _SHEET.substitute(colors)
