"""What users expect of such a program, row by row, and the tests that hold each row."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
ROWS = {
    "play and stop are never blocked": (
        "engine/stream/test_session.py::test_stop_works_at_any_instant",
        "app/test_monkey.py::test_whatever_is_done_to_the_window_nothing_breaks_and_nothing_hangs",
    ),
    "parameters change while playing": (
        "engine/stream/test_session.py::test_the_time_from_hand_to_ear_is_measured_when_a_control_moves",
        "engine/stream/test_session.py::test_a_change_is_logged_with_its_sample_and_replays_identically",
    ),
    "prime, continue from audio": (
        "app/test_prime_in_window.py::"
        "test_the_take_keeps_what_it_continues_and_is_made_again_without_the_file",
        "app/test_prime_in_window.py::"
        "test_it_is_drawn_hatched_before_the_start_with_what_the_model_thinks_of_it",
    ),
    "state snapshots, fork": (
        "app/controllers/test_branches.py::"
        "test_the_selected_take_goes_on_from_the_playhead_with_the_settings_of_now",
        "app/controllers/test_branches.py::test_what_plays_is_rewound_by_three_seconds",
    ),
    "takes, history": (
        "app/test_lasting_takes.py::test_takes_are_there_again_with_names_stars_and_samples",
        "app/test_whole_window.py::test_a_take_is_played_renamed_starred_deleted_and_brought_back",
        "app/test_whole_window.py::test_a_takes_settings_and_seed_can_be_used_again",
    ),
    "seed shown and locked": (
        "app/test_whole_window.py::test_a_locked_seed_gives_the_same_samples_and_a_free_one_does_not",
        "app/panels/test_controls.py::test_half_typed_or_absurd_text_leaves_the_seed",
    ),
    "A/B at the same position": (
        "app/controllers/test_stage.py::test_x_changes_between_two_takes_and_says_what_differs",
        "app/controllers/test_compare.py::test_both_are_heard_as_loud_as_the_quieter_one",
    ),
    "loop region": ("app/controllers/test_stage.py::test_a_part_is_repeated_until_l_lets_it_go",),
    "preset browser": (
        "app/panels/test_browser.py::test_search_finds_by_name_tag_and_description",
        "app/panels/test_browser.py::"
        "test_the_star_beside_the_search_shows_starred_presets_alone_and_says_where_there_are_none",
        "app/test_preview_in_window.py::test_a_clip_is_heard_without_switching_and_stops_on_a_second_press",
        "app/test_whole_window.py::test_settings_are_saved_as_a_preset_of_ones_own",
    ),
    "undo, redo": (
        "app/test_tools_in_window.py::test_ctrl_z_takes_back_a_gesture_and_leaves_a_field_its_own",
        "app/controllers/test_takes.py::test_names_and_stars_go_back_and_forth",
    ),
    "autosave, crash recovery": (
        "engine/stream/test_takes_after_a_crash.py::"
        "test_a_kill_at_any_moment_costs_at_most_a_second_and_no_file_is_damaged",
        "app/test_lasting_takes.py::test_the_window_says_what_it_recovered",
    ),
    "meter, latched clip light": (
        "app/plots/test_meter.py::test_the_meter_rises_at_once_and_falls_slowly",
        "app/plots/test_meter.py::test_the_clip_light_is_cleared_by_a_click_or_return",
    ),
    "underruns and latency": (
        "app/panels/test_statusbar.py::test_all_figures_are_shown",
        "app/panels/test_statusbar.py::test_how_things_go_is_said_in_a_sentence",
    ),
    "device picker, rescan, hot-unplug": (
        "app/panels/test_output_menu.py::test_all_outputs_are_listed_and_the_chosen_one_is_ticked",
        "engine/stream/output/test_controller.py::"
        "test_a_card_that_takes_nothing_is_given_up_and_looked_for_again",
        "app/panels/test_statusbar.py::test_without_a_sound_card_there_is_a_button_to_look_again",
    ),
    "cancel and honest progress": (
        "app/test_variations_in_window.py::test_cancelled_ones_leave_nothing_behind",
        "engine/stream/test_variations.py::test_progress_rises_and_the_making_can_be_ended",
    ),
    "drag a take out as WAV": (
        "app/controllers/test_drag_out.py::test_the_mouse_drags_a_row",
        "app/controllers/test_drag_out.py::test_a_press_has_the_file_written_aside_and_a_drag_carries_it",
    ),
    "format, depth, rate, metadata": (
        "app/dialogs/test_export.py::test_every_choice_is_in_what_comes_out",
        "engine/library/test_export.py::"
        "test_title_artist_and_comment_are_read_by_another_library_and_the_settings_by_us",
    ),
    "several variations, pick one": (
        "app/test_variations_in_window.py::test_return_keeps_and_delete_drops_and_hears_the_next_one",
    ),
    "keyboard and screen reader": (
        "app/test_whole_window.py::test_every_control_has_a_name_and_every_button_a_tooltip",
        "app/test_layout.py::test_f6_goes_from_area_to_area_and_back",
        "app/panels/test_takes.py::test_a_screen_reader_hears_star_and_length",
    ),
    "theme, layout kept": (
        "app/test_whole_window.py::test_the_light_theme_is_remembered",
        "app/test_whole_window.py::test_the_last_preset_volume_and_layout_come_back",
    ),
    "command line": (
        "engine/cli/test_cli.py",
        "engine/cli/test_render.py",
        "engine/cli/test_takes.py",
    ),
    "disabled buttons say why, tips say low and high": (
        "app/test_actions.py::test_a_tooltip_names_the_shortcut_and_a_disabled_action_says_why",
        "app/panels/test_controls.py::test_tips_say_what_low_and_high_do",
    ),
    "plots move while it plays": (
        "app/test_whole_window.py::test_plots_and_figures_move_while_playing",
        "app/controllers/test_stage.py::test_the_spectrum_is_drawn_while_the_take_is_made",
        "app/test_ten_minutes.py::test_ten_minutes_of_playing_hold_nothing_up_and_take_no_more_memory",
    ),
}


@pytest.mark.parametrize("row", ROWS)
def test_every_row_is_held_by_tests_that_there_are(row: str) -> None:
    for named in ROWS[row]:
        file, _, name = named.partition("::")
        tree = ast.parse((TESTS / file).read_text(encoding="utf-8"))
        there = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        assert any(test.startswith("test_") and name in ("", test) for test in there), named
