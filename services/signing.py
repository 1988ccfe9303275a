"""Signing PDFs (PAdES, offline) and data (detached CMS) with a person's key.

The first signature of a PDF certifies it (filling in further signatures stays allowed), later ones
approve, and a closing one locks the file. Every signature is an appended update that keeps PDF/A:
neither the document's metadata nor its version is touched, the stamp is a ready-drawn page.
"""

import asyncio
import base64
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Protocol, TypeAlias

from asn1crypto import cms, tsp, x509
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers
from pyhanko.sign.fields import (
    FieldMDPAction,
    FieldMDPSpec,
    MDPPerm,
    SigSeedSubFilter,
    enumerate_sig_fields,
)
from pyhanko.sign.signers.cms_embedder import (
    PdfCMSEmbedder,
    SigIOSetup,
    SigMDPSetup,
    SigObjSetup,
)
from pyhanko.sign.signers.pdf_byterange import SignatureObject
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.sign.timestamps import TimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from models.errors import Refused
from services.verify.pdf import altered, embedded_signatures, locks, read_pdf

HASH = "sha256"
RESERVED_BYTES = 16 * 1024
"""Room for one signature: two certificates and a time token take about 8 KiB."""
LOCAL_TIME_POLICY = "2.25.198538284376382475985304296167633523878"
"""Policy of tokens by a group's own clock; an arc anyone may make. Source: ITU-T X.667 §7."""

Stamp: TypeAlias = Callable[[float, float], bytes]
"""Draws what stands in a field: (width, height) in points to a PDF of one page of that size."""


class Signer(Protocol):
    """What can sign: `certificates.Identity`, or a key that never leaves its token."""

    @property
    def name(self) -> str:
        """The holder, as the certificate says."""

    @property
    def certificate(self) -> bytes:
        """X.509 in DER."""

    @property
    def chain(self) -> tuple[bytes, ...]:
        """Issuers' certificates in DER, nearest first."""

    def expired(self, at: datetime | None = None) -> bool:
        """Whether the certificate is not valid at that time, by default now."""

    def sign(self, data: bytes) -> bytes:
        """The raw signature of `data` with SHA-256, of the kind the certificate's key makes."""


@dataclass(frozen=True, slots=True)
class Terms:
    """How a PDF is signed."""

    when: datetime | None = None
    """Time zone aware; by default now. It is this laptop's word, no authority's."""
    close: bool = False
    """Lock the file: nobody can sign after this."""
    clock: Signer | None = None
    """The group's clock key: adds a time token (PAdES B-T instead of B-B)."""
    stamp: Stamp | None = None
    """What stands in the field from now on; None leaves its look as it is."""


@dataclass(frozen=True, slots=True)
class SignatureField:
    """A place to sign in a PDF."""

    name: str
    signed: bool
    width_pt: float
    """0 when it is invisible."""
    height_pt: float


class QuietWriter(IncrementalPdfFileWriter):
    """Appends without touching metadata or version: PDF/A-1 forbids what the base class adds."""

    def _update_meta(self) -> None:
        """Leave `/Info` and XMP alone: they would name another producer and differ."""

    def ensure_output_version(self, version: object) -> None:
        """Leave the version alone: PDF/A-1 is PDF 1.4."""


class _Issuers(SimpleCertificateStore):
    """Certificates to send along, in order; names are not indexed, which fails on people's 𬭎."""

    def register(self, cert: x509.Certificate) -> bool:
        """Take one in; whether it is new."""
        new = cert.issuer_serial not in self.certs
        self.certs[cert.issuer_serial] = cert
        return new


class _CmsSigner(signers.Signer):
    """A `Signer` as pyHanko wants it."""

    def __init__(self, signer: Signer) -> None:
        store = _Issuers()  # type: ignore[no-untyped-call]  # not annotated
        store.register_multiple([x509.Certificate.load(der) for der in signer.chain])
        own = x509.Certificate.load(signer.certificate)
        super().__init__(signing_cert=own, cert_registry=store)
        self._signer = signer

    async def async_sign_raw(
        self, data: bytes, digest_algorithm: str, dry_run: bool = False
    ) -> bytes:
        """The raw signature; there are no dry runs here, room is reserved instead."""
        if digest_algorithm != HASH or dry_run:
            raise NotImplementedError(digest_algorithm)
        return self._signer.sign(data)


class _LocalClock(TimeStamper):
    """Time tokens (RFC 3161) by the group's own key: they bind order, not an authority's time."""

    def __init__(self, clock: Signer, moment: datetime) -> None:
        super().__init__(include_nonce=True)  # type: ignore[no-untyped-call]  # not annotated
        self._signer = _CmsSigner(clock)
        self._moment = moment

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """The answer to a request, made here."""
        own = self._signer.signing_cert
        name = x509.GeneralName(name="directory_name", value=own.subject if own else None)
        info = tsp.TSTInfo(
            {
                "version": "v1",
                "policy": LOCAL_TIME_POLICY,
                "message_imprint": req["message_imprint"],
                "serial_number": secrets.randbits(63),
                "gen_time": self._moment,
                "nonce": req["nonce"],
                "tsa": name,
            }
        )
        content = cms.EncapsulatedContentInfo(
            {"content_type": "tst_info", "content": cms.ParsableOctetString(info.dump())}
        )
        token = await self._signer.async_sign_general_data(
            content,
            HASH,
            detached=False,
            use_cades=True,
            signed_attr_settings=PdfCMSSignedAttributes(signing_time=self._moment),
        )
        return tsp.TimeStampResp({"status": {"status": "granted"}, "time_stamp_token": token})


def signature_fields(pdf: bytes) -> tuple[SignatureField, ...]:
    """The places to sign in a PDF, in the order of the form.

    Raises:
        Refused: `not_a_pdf`, `pdf_too_large`, `pdf_encrypted`.
        Damaged: `pdf_damaged`.
    """
    reader = read_pdf(pdf)
    return tuple(
        SignatureField(str(name), value is not None, *_size(ref.get_object()))
        for name, value, ref in enumerate_sig_fields(reader)
    )


def sign_pdf(pdf: bytes, field: str, signer: Signer, terms: Terms | None = None) -> bytes:
    """The PDF with `signer`'s signature appended in the field of that name.

    Args:
        pdf: the file as it is.
        field: an empty signature field that the document holds.
        signer: who signs.
        terms: time, stamp, clock, and whether this signature closes the file.

    Raises:
        Refused: `document_locked`, `signature_field_unknown`, `field_signed`,
            `signed_document_altered`, `identity_expired`; `not_a_pdf`,
            `pdf_too_large`, `pdf_encrypted`.
        Damaged: `pdf_damaged`.
    """
    how = terms or Terms()
    moment = (how.when or datetime.now(UTC)).astimezone().replace(microsecond=0)
    reader = read_pdf(pdf)
    first = _check_signable(reader, field)
    for key in (signer, how.clock):
        if key is not None and key.expired(moment):
            raise Refused("identity_expired", name=key.name, date=moment.date().isoformat())
    setup = SigMDPSetup(
        md_algorithm=HASH,
        certify=first,
        docmdp_perms=MDPPerm.FILL_FORMS if first else None,
        field_lock=FieldMDPSpec(FieldMDPAction.ALL) if how.close else None,
    )
    return _append(reader, field, signer, how, (moment, setup))


def sign_data(data: bytes, signer: Signer, when: datetime | None = None) -> bytes:
    """A detached signature over `data`: CMS in DER, certificates and the local time inside.

    Raises:
        Refused: `identity_expired`.
    """
    moment = (when or datetime.now(UTC)).astimezone().replace(microsecond=0)
    if signer.expired(moment):
        raise Refused("identity_expired", name=signer.name, date=moment.date().isoformat())
    settings = PdfCMSSignedAttributes(signing_time=moment)
    made = _CmsSigner(signer).async_sign_general_data(
        data, HASH, use_cades=True, signed_attr_settings=settings
    )
    return bytes(asyncio.run(made).dump())


def sign_change(body: bytes, signer: Signer, when: datetime | None = None) -> str:
    """The `sig` of a change: base64 of `sign_data` over its canonical body without `sig`."""
    return base64.b64encode(sign_data(body, signer, when)).decode("ascii")


def _check_signable(reader: PdfFileReader, field: str) -> bool:
    """Whether the next signature is the first; refuses what must not be signed."""
    done, unreadable = embedded_signatures(reader)
    fields = {str(name): value for name, value, _ in enumerate_sig_fields(reader)}
    if any(locks(one) for one in done):
        raise Refused("document_locked")
    if field not in fields:
        raise Refused("signature_field_unknown", field=field, known=", ".join(fields))
    if fields[field] is not None:
        raise Refused("field_signed", field=field)
    if unreadable or (done and altered(reader, done)):
        raise Refused("signed_document_altered")
    return not done


def _append(
    reader: PdfFileReader,
    field: str,
    signer: Signer,
    how: Terms,
    act: tuple[datetime, SigMDPSetup],
) -> bytes:
    moment, setup = act
    writer = QuietWriter.from_reader(reader)
    embedding = PdfCMSEmbedder().write_cms(field, writer, existing_fields_only=True)
    field_ref = next(embedding)
    if how.stamp is not None:
        _draw(writer, field_ref.get_object(), how.stamp)
    place = SignatureObject(
        timestamp=moment,
        subfilter=SigSeedSubFilter.PADES,
        name=signer.name,
        bytes_reserved=2 * RESERVED_BYTES,
    )
    embedding.send(SigObjSetup(sig_placeholder=place, mdp_setup=setup))
    digest, output = embedding.send(SigIOSetup(md_algorithm=HASH))
    made = _CmsSigner(signer).async_sign(
        digest.document_digest,
        HASH,
        use_pades=True,
        timestamper=_LocalClock(how.clock, moment) if how.clock else None,
    )
    embedding.send(asyncio.run(made))
    return bytes(output.getvalue())


def _draw(writer: IncrementalPdfFileWriter, field: generic.DictionaryObject, stamp: Stamp) -> None:
    """Put the stamp into the field's widget as its only appearance."""
    widget = field["/Kids"][0] if "/Kids" in field else field
    width, height = _size(field)
    if not width or not height:
        return
    page = PdfFileReader(BytesIO(stamp(width, height)))
    drawn = writer.import_page_as_xobject(page)
    widget[generic.pdf_name("/AP")] = generic.DictionaryObject({generic.pdf_name("/N"): drawn})
    writer.update_container(widget)


def _size(field: generic.DictionaryObject) -> tuple[float, float]:
    widget = field["/Kids"][0] if "/Kids" in field else field
    left, bottom, right, top = (float(edge) for edge in widget["/Rect"])
    return abs(right - left), abs(top - bottom)
