import subprocess
import sys


def test_the_libraries_that_write_formats_are_loaded_when_needed() -> None:
    heavy = "{'typst', 'docx', 'odfdo', 'xlsxwriter', 'lxml'}"
    modules = "waardewerk.documents, waardewerk.documents.charts"
    code = f"import sys, {modules}; print({heavy} & set(sys.modules))"
    found = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert found.stdout.strip() == "set()"
