"""The kinds of file that are taken, and what becomes of each."""

from dataclasses import dataclass

ABOUT_THE_MAKER = "Who made the document, and with what, was removed"


class Unsafe(Exception):
    """The file is not taken; the sentence says why and what to do instead."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True)
class Kind:
    """A kind of file: its extension as shown, its media type, and the name people know it by."""

    extension: str
    media_type: str
    name: str


_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KINDS = {
    "pdf": Kind("pdf", "application/pdf", "PDF"),
    "docx": Kind("docx", _WORD, "Word document"),
    "xlsx": Kind("xlsx", _EXCEL, "Excel workbook"),
    "csv": Kind("csv", "text/csv", "CSV file"),
    "txt": Kind("txt", "text/plain", "text file"),
    "jpg": Kind("jpg", "image/jpeg", "JPEG picture"),
    "jpeg": Kind("jpg", "image/jpeg", "JPEG picture"),
    "png": Kind("png", "image/png", "PNG picture"),
}
TAKEN = "PDF, Word (docx), Excel (xlsx), CSV, text (txt), JPEG or PNG"
ADVICE = {
    "doc": "Save it as docx or PDF first.",
    "docm": "It can hold macros: save it as docx or PDF first.",
    "dotm": "It can hold macros: save it as docx or PDF first.",
    "xls": "Save it as xlsx or PDF first.",
    "xlsm": "It can hold macros: save it as xlsx or PDF first.",
    "xlsb": "Save it as xlsx or PDF first.",
    "heic": "Save the picture as JPEG first.",
    "heif": "Save the picture as JPEG first.",
    "tif": "Save it as PDF or PNG first.",
    "tiff": "Save it as PDF or PNG first.",
    "zip": "Upload the files in it one by one.",
    "eml": "Print the message to PDF first.",
    "msg": "Print the message to PDF first.",
    "html": "Print the page to PDF first.",
    "rtf": "Save it as docx or PDF first.",
}


def kind_of(name: str) -> Kind:
    """The kind that a file's name claims; Unsafe when it is none that is taken."""
    extension = name.rpartition(".")[2].strip().lower() if "." in name else ""
    if extension not in KINDS:
        advice = ADVICE.get(extension, f"Use {TAKEN}.")
        raise Unsafe(f"This kind of file is not taken. {advice}")
    return KINDS[extension]


def not_what_it_says(kind: Kind) -> Unsafe:
    return Unsafe(
        f"The file is not a {kind.name}, although its name says so. Open it, save it as {kind.name}, and try again."
    )
