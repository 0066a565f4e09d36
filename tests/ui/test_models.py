from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from app.engine.build import Built
from app.engine.settings import Settings
from app.ui.services import Models
from tests.fakes import CARD, fake_pipeline
from tests.ui.stand_ins import Stage


def test_a_recording_in_live_is_read_by_the_model_of_recordings(stage: Stage) -> None:
    asked: list[str] = []
    live = [True]

    def build(settings: Settings, _say: object) -> Built:
        asked.append(settings.recognizer.shipped)
        return Built(fake_pipeline(), "CPU", CARD)

    services = replace(stage.services, build=build)
    models = Models(Settings(), services, lambda _: None, lambda: live[0])
    camera = models.get()
    assert models.get() is camera
    assert models.ready
    live[0] = False
    assert not models.ready
    recording = models.get()
    assert recording is not camera
    assert asked == ["auto", "base"]
    recording.pipeline.close()


def test_what_was_measured_is_deleted_with_everything(stage: Stage, tmp_path: Path) -> None:
    file = tmp_path / "model.json"
    file.touch()
    replace(stage.services, model_file=file).user_data.delete_everything()
    assert not file.exists()
