"""Certificates, documents, signatures and verdicts from the command line."""

from pathlib import Path

from tests.commands import FILE, Cli

SECRETS = ("--p12-passphrase-file", "签名口令")


def bring(cli: Cli, papers: Path) -> None:
    """Lay the office's papers into the group's folder."""
    for file in papers.iterdir():
        if file.is_file():
            (cli.folder / file.name).write_bytes(file.read_bytes())


def test_a_draft_is_made_a_document_issued_registered_signed_and_verified(
    cli: Cli, papers: Path
) -> None:
    bring(cli, papers)
    draft = cli.told("document", FILE, "inspection", "--unit", "市教育局", "--out", "草稿.pdf")
    assert (draft["state"], draft["signed"]) == ("draft", [])
    assert cli.told("documents", FILE)["total"] == 0

    issue = ("document", FILE, "inspection", "--unit", "市教育局", "--out", "报告.pdf")
    period = ("--period", "2014-04-01..2014-05-31")
    issued = cli.told(*issue, *period, "--sign", "leader=李堃.p12", *SECRETS)
    assert issued["state"] == "issued"
    assert "银督三" in issued["number"]
    assert issued["signed"] == [{"field": "leader", "name": "李堃"}]
    (row,) = cli.told("documents", FILE)["rows"]
    assert (row["uid"], row["number"]) == (issued["uid"], issued["number"])
    again = cli(*issue, "--sign", "leader=李堃.p12", *SECRETS, "--json")
    assert (again.status, again.error) == (4, "file_exists")

    signed = cli.told("sign", "报告.pdf", "--field", "member", "--p12", "李堃.p12", *SECRETS)
    assert (signed["field"], signed["name"]) == ("member", "李堃")
    twice = cli("sign", "报告.pdf", "--field", "member", "--p12", "李堃.p12", *SECRETS, "--json")
    assert (twice.status, twice.error) == (4, "field_signed")
    nowhere = cli("sign", "报告.pdf", "--field", "king", "--p12", "李堃.p12", *SECRETS, "--json")
    assert (nowhere.status, nowhere.error) == (4, "signature_field_unknown")


def issued(cli: Cli, papers: Path) -> None:
    """A report that the leader signed."""
    bring(cli, papers)
    cli.told("document", FILE, "inspection", "--unit", "市教育局", "--out", "报告.pdf",
             "--sign", "leader=李堃.p12", *SECRETS)  # fmt: skip


def test_a_verdict_tells_who_signed_and_what_changed(cli: Cli, papers: Path) -> None:
    issued(cli, papers)
    verdict = cli.told("verify", "报告.pdf", "--root", "根.pem", "--workspace", FILE)
    assert {"ok", "intact", "whole", "trusted", "reasons", "missing_signers"} <= set(verdict)
    assert (verdict["ok"], verdict["records"]) == (True, "match")
    assert [(s["name"], s["field"]) for s in verdict["signers"]] == [("李堃", "leader")]
    plain = cli("verify", "报告.pdf", "--root", "根.pem")
    assert plain.out.startswith("验证通过。")

    cli.told("set", FILE, "unit", "市教育局", "name=市教育委员会")
    assert (
        cli.told("verify", "报告.pdf", "--root", "根.pem", "--workspace", FILE)["records"]
        == "differ"
    )

    stranger = cli("verify", "报告.pdf", "--json")
    assert stranger.status == 8
    assert (stranger.json["ok"], stranger.json["trusted"]) == (False, False)
    assert stranger.json["reasons"][0]["message"]
    content = (cli.folder / "报告.pdf").read_bytes()
    (cli.folder / "改过.pdf").write_bytes(content + b"\n% more\n")
    changed = cli("verify", "改过.pdf", "--root", "根.pem", "--json")
    assert changed.status == 8
    assert changed.json["whole"] is False


def test_papers_that_are_none_are_refused(cli: Cli, papers: Path) -> None:
    bring(cli, papers)
    (cli.folder / "x.pdf").write_bytes(b"no pdf")
    for arguments, status, code in (
        (("verify", "x.pdf"), 4, "not_a_pdf"),
        (("verify", "没有.pdf"), 4, "file_missing"),
        (("sign", "x.pdf", "--field", "leader", "--p12", "李堃.p12", *SECRETS), 4, "not_a_pdf"),
        (("sign", "x.pdf", "--field", "leader", "--p12", "x.pdf", *SECRETS), 5, "identity_damaged"),
        (
            ("sign", "x.pdf", "--field", "leader", "--p12", "李堃.p12",
             "--p12-passphrase-file", "根口令"), 3, "identity_passphrase_wrong",
        ),
        (
            ("document", FILE, "inspection", "--unit", "市教育局", "--out", "y.pdf",
             "--period", "2014-05-31..2014-05-01"), 4, "ends_before_it_starts",
        ),
        (
            ("document", FILE, "inspection", "--unit", "市教育局", "--out", "没有/y.pdf"), 4,
            "folder_unwritable",
        ),
        (
            ("document", FILE, "inspection", "--unit", "市教育局", "--out", "y.pdf", "--sign", "x"),
            2, "usage_sign",
        ),
    ):  # fmt: skip
        done = cli(*arguments, "--json")
        assert (done.status, done.error) == (status, code), arguments
    assert not (cli.folder / "y.pdf").exists()


def test_a_revoked_certificate_stands_in_the_list(cli: Cli, papers: Path) -> None:
    bring(cli, papers)
    serial = (papers / "序列号").read_text(encoding="utf-8")
    root = ("--p12-passphrase-file", "根口令")
    unknown = cli("certificate", "revoke", "根.p12", "AB CD", *root, "--json")
    assert (unknown.status, unknown.error) == (4, "serial_unknown")
    revoked = cli.told("certificate", "revoke", "根.p12", serial, *root)
    assert revoked == {"serial": serial, "name": "李堃"}
    made = cli.told("certificate", "crl", "根.p12", "名单.crl", *root)
    assert made == {"file": "名单.crl", "revoked": 1}
    assert (cli.folder / "名单.crl").stat().st_size > 100
    kept = (cli.folder / "李堃.p12").read_bytes()
    again = cli("certificate", "issue", "根.p12", "李堃.p12", "--name", "李堃", *root, *SECRETS,
                "--json")  # fmt: skip
    assert (again.status, again.error) == (4, "file_exists")
    assert (cli.folder / "李堃.p12").read_bytes() == kept
