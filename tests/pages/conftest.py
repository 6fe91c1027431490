"""Pages run without a browser."""

import json

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from tests.conftest import ROOT


@pytest.fixture
def open_page():
    """Open a page as a link does: a name ("" is home) and the controls' values."""

    def run(name="", locale="en-US", **query):
        at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        at.context = {"locale": locale}
        for key, value in query.items():
            at.query_params[key] = str(value)
        if name:
            at.switch_page(f"pages/{name}.py")
        return at.run()

    return run


@pytest.fixture
def staged():
    """What a page sent to the stage: the header, with each map's numbers under "arrays"."""

    def read(at, key="stage"):
        for element in at.get("bidi_component"):
            blob = element.proto.bytes
            if not blob or f"-{key}" not in element.proto.id:
                continue
            length = int.from_bytes(blob[:4], "little")
            header = json.loads(blob[4 : 4 + length])
            at_byte = 4 + length
            for name, entry in header["arrays"].items():
                dtype = np.dtype("<" + entry["dtype"])
                count = int(np.prod(entry["shape"]))
                values = np.frombuffer(blob, dtype, count, at_byte).reshape(entry["shape"])
                at_byte += count * dtype.itemsize
                header["arrays"][name] = values / entry["divisor"]
            return header
        raise AssertionError(f"nothing was sent to the stage {key!r}")

    return read
