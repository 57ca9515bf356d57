# SPDX-License-Identifier: MIT
"""tools/fetch_sources: each trouble is one sentence, and nothing half-fetched stays behind."""

import importlib.machinery
import importlib.util
import pathlib
import tarfile

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def fetcher(tmp_path, monkeypatch):
    path = str(ROOT / "tools/fetch_sources")
    loader = importlib.machinery.SourceFileLoader("fetch_sources", path)
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("fetch_sources", loader))
    loader.exec_module(module)
    monkeypatch.setattr(module, "ROOT", tmp_path)
    for library in module.LIBRARIES:
        monkeypatch.delenv(library["variable"], raising=False)
    return module


def test_what_is_there_is_not_fetched(fetcher, tmp_path, monkeypatch):
    proof = tmp_path / ".sources/lwip/src/core/init.c"
    proof.parent.mkdir(parents=True)
    proof.write_text("")
    monkeypatch.setattr(fetcher, "download", lambda *_: pytest.fail("fetched again"))
    fetcher.fetch(fetcher.LIBRARIES[0])


def test_a_foreign_directory_is_left_alone(fetcher, tmp_path, monkeypatch):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/file").write_text("kept")
    monkeypatch.setenv("LWIP_DIR", "mine")
    with pytest.raises(fetcher.Trouble, match="LWIP_DIR=mine holds something else"):
        fetcher.fetch(fetcher.LIBRARIES[0])
    assert (tmp_path / "mine/file").read_text() == "kept"


def test_a_wrong_hash_is_named(fetcher, tmp_path):
    (tmp_path / "lwip_2.2.1+dfsg1.orig.tar.xz").write_bytes(b"something else")
    tarball, error = fetcher.right_tarball(fetcher.LIBRARIES[0], tmp_path)
    assert tarball is None
    assert "83729c27" in error and "is pinned" in error


def test_a_broken_tarball_leaves_no_target(fetcher, tmp_path):
    tarball = tmp_path / "lwip.orig.tar.xz"
    tarball.write_bytes(b"\xfd7zXZ\x00 cut off")
    with pytest.raises(fetcher.Trouble, match="cannot be unpacked"):
        fetcher.unpack(tarball, tmp_path / "target")
    assert not (tmp_path / "target").exists()


def test_the_top_folder_is_taken_off(fetcher, tmp_path):
    (tmp_path / "top/src").mkdir(parents=True)
    (tmp_path / "top/src/file").write_text("text")
    with tarfile.open(tmp_path / "good.tar.xz", "w:xz") as archive:
        archive.add(tmp_path / "top", arcname="lwip-2.2.1")
    fetcher.unpack(tmp_path / "good.tar.xz", tmp_path / "target")
    assert (tmp_path / "target/src/file").read_text() == "text"


def test_a_missing_program_is_one_sentence(fetcher):
    with pytest.raises(fetcher.Trouble, match="the program no-such-apt is missing"):
        fetcher.run(["no-such-apt"])


def mirror_told_by(fetcher, monkeypatch, tmp_path, answers):
    def run(command):
        key = "indextargets" if "indextargets" in command else "update"
        return 0, answers.get(key, ""), ""

    monkeypatch.setattr(fetcher, "run", run)
    return fetcher.mirror(tmp_path)


def test_the_mirror_is_the_main_archive(fetcher, monkeypatch, tmp_path):
    row = "Packages\tmain\tDebian\t{0}\t{1}"
    lists = "\n".join(
        [
            "Translations\tmain\tDebian\tx\tno",
            row.format("bookworm-backports/main", "http://mirror.example/backports/"),
            "Packages\tmain\tOther\tx\thttp://mirror.example/other/",
            row.format("bookworm/main", "http://mirror.example/debian/"),
        ]
    )
    found = mirror_told_by(fetcher, monkeypatch, tmp_path, {"indextargets": lists})
    assert found == "http://mirror.example/debian/"


def test_without_lists_the_configuration_is_asked(fetcher, monkeypatch, tmp_path):
    uris = (
        "'http://mirror.example/debian-security/dists/x/InRelease' a 0\n"
        "'http://mirror.example/debian/dists/bookworm/InRelease' b 0\n"
    )
    found = mirror_told_by(fetcher, monkeypatch, tmp_path, {"update": uris})
    assert found == "http://mirror.example/debian/"


def test_without_any_mirror_the_remedy_is_named(fetcher, monkeypatch, tmp_path):
    with pytest.raises(fetcher.Trouble, match="set LWIP_DIR and BEARSSL_DIR"):
        mirror_told_by(fetcher, monkeypatch, tmp_path, {})
