from __future__ import annotations

import os
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from demo.world import World
from tests.support.world_mirrors import mirror_of_playlists

pytestmark = pytest.mark.slow

NOTEBOOK = Path(__file__).parents[2] / "notebooks/explore.ipynb"


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_notebook_answers_the_four_questions(tmp_path):
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    assert sum("?" in cell.source for cell in notebook.cells if cell.cell_type == "markdown") == 4
    mirror = mirror_of_playlists(World(12, size=50), tmp_path)
    environment = os.environ | {"CHARTLAKE_MIRROR": str(mirror)}
    client = NotebookClient(
        notebook, timeout=120, resources={"metadata": {"path": NOTEBOOK.parent}}
    )
    with client.setup_kernel(env=environment):
        for index, cell in enumerate(notebook.cells):
            client.execute_cell(cell, index)
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    assert sum("image/png" in output.get("data", {}) for output in outputs) == 5
    assert not [output for output in outputs if output.output_type == "error"]


def test_the_notebook_is_committed_without_outputs():
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    assert not [cell for cell in notebook.cells if cell.get("outputs")]
