"""The tests that scripts/lsp-check runs: pygls, the client that editors' tests use, beside `dls lsp`."""
import asyncio, os, pathlib, re, subprocess, time, unittest

from lsprotocol import types as lsp
from pygls.lsp.client import LanguageClient

PROGRAM, ROOT = os.environ["DLS_PROGRAM"], pathlib.Path(os.environ["DLS_ROOT"])
LONGEST = float(os.environ.get("LSP_MILLISECONDS", "50")) / 1000
EXAMPLES = sorted((ROOT / "examples").rglob("*.dls"))


class Client(LanguageClient):
    def __init__(self):
        super().__init__("dls-test", "1")
        self.problems: asyncio.Queue = asyncio.Queue()
        self.slowest = 0.0

        @self.feature(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        def _(params):
            self.problems.put_nowait(params)

    async def timed(self, answer):
        start = time.perf_counter()
        result = await asyncio.wait_for(answer, 60)
        self.slowest = max(self.slowest, time.perf_counter() - start)
        return result


def position(text, offset):
    line = text.count("\n", 0, offset)
    start = text.rfind("\n", 0, offset) + 1
    return lsp.Position(line, len(text[start:offset].encode("utf-16-le")) // 2)


class LanguageServerTest(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self):
        # Its notes on slow steps of the client would drown the results.
        asyncio.get_running_loop().set_debug(False)
        self.client = Client()
        await self.client.start_io(PROGRAM, "lsp")
        self.capabilities = (await self.client.initialize_async(
            lsp.InitializeParams(capabilities=lsp.ClientCapabilities(), process_id=os.getpid()))).capabilities
        self.client.initialized(lsp.InitializedParams())

    async def asyncTearDown(self):
        await self.client.shutdown_async(None)
        self.client.exit(None)
        await self.client.stop()

    async def open(self, text, uri="file:///a.dls"):
        """Opens a document, and returns what is wrong in it."""
        self.client.text_document_did_open(lsp.DidOpenTextDocumentParams(
            lsp.TextDocumentItem(uri=uri, language_id="dls", version=1, text=text)))
        return list((await self.client.timed(self.client.problems.get())).diagnostics)

    def place(self, text, word, uri="file:///a.dls", end=False):
        offset = text.index(word) + (len(word) if end else 0)
        return {"text_document": lsp.TextDocumentIdentifier(uri), "position": position(text, offset)}

    async def test_examples(self):
        """Every answer about every example is quick, and good programs have no problems."""
        self.assertGreater(len(EXAMPLES), 10)
        for path in EXAMPLES:
            text, uri = path.read_text(), path.as_uri()
            document = lsp.TextDocumentIdentifier(uri)
            client = self.client
            with self.subTest(path.name):
                client.slowest = 0
                self.assertEqual(await self.open(text, uri), [])
                symbols = await client.timed(client.text_document_document_symbol_async(
                    lsp.DocumentSymbolParams(document)))
                self.assertEqual(len([s for s in symbols if s.kind == lsp.SymbolKind.Namespace]),
                                 len([line for line in text.split("\n") if line.startswith(("# %%", "#%%"))]))
                lines = text.count("\n")
                for line in range(0, lines, max(1, lines // 20)):
                    where = {"text_document": document, "position": lsp.Position(line, 4)}
                    await client.timed(client.text_document_hover_async(lsp.HoverParams(**where)))
                    await client.timed(client.text_document_completion_async(lsp.CompletionParams(**where)))
                    await client.timed(client.text_document_signature_help_async(lsp.SignatureHelpParams(**where)))
                    await client.timed(client.text_document_definition_async(lsp.DefinitionParams(**where)))
                members = [m.start() + 1 for m in re.finditer(r"\w\.(?=[a-z])", text)]
                for offset in members[:: max(1, len(members) // 20)]:
                    where = {"text_document": document, "position": position(text, offset + 1)}
                    await client.timed(client.text_document_completion_async(lsp.CompletionParams(**where)))
                edits = await client.timed(client.text_document_formatting_async(lsp.DocumentFormattingParams(
                    document, lsp.FormattingOptions(tab_size=2, insert_spaces=True))))
                self.assertEqual(list(edits), [], "the examples are laid out as the server does it")
                end = lsp.Position(lines + 1, 0)
                client.text_document_did_change(lsp.DidChangeTextDocumentParams(
                    lsp.VersionedTextDocumentIdentifier(2, uri),
                    [lsp.TextDocumentContentChangePartial(lsp.Range(end, end), "\nx = (1 +* 2")]))
                self.assertGreater(len((await client.timed(client.problems.get())).diagnostics), 0)
                self.assertLess(client.slowest, LONGEST)

    async def test_problems(self):
        text = 'é = "𝄞"; undefined_name\nconv 8 kernal=3\nprint "{mising}"\n'
        problems = await self.open(text)
        self.assertEqual([(p.range.start.line, p.range.start.character) for p in problems], [(0, 10), (2, 8), (1, 7)])
        self.assertIn("did you mean `kernel`?", problems[2].message)

    async def test_help(self):
        text = "# Doubles.\nfn twice(value, by=2) { value * by }\nx = twice(3, by=4)\nsoftmax([1, 2])\ntw\nconv 8 kernel=3\n"
        await self.open(text)
        client = self.client
        hover = await client.text_document_hover_async(lsp.HoverParams(**self.place(text, "softmax")))
        self.assertIn("softmax(", hover.contents.value)
        hover = await client.text_document_hover_async(lsp.HoverParams(**self.place(text, "twice(3")))
        self.assertIn("fn twice(value, by=2)", hover.contents.value)
        self.assertIn("Doubles.", hover.contents.value)
        found = await client.text_document_completion_async(lsp.CompletionParams(**self.place(text, "\ntw", end=True)))
        self.assertIn("twice", [item.label for item in found])
        for word, name, active in [("twice(3, by=", "twice(value, by=2)", 1), ("conv 8 ", "conv(", 1)]:
            found = await client.text_document_signature_help_async(
                lsp.SignatureHelpParams(**self.place(text, word, end=True)))
            self.assertTrue(found.signatures[0].label.startswith(name), found.signatures[0].label)
            self.assertEqual(found.active_parameter, active)
        found = await client.text_document_definition_async(lsp.DefinitionParams(**self.place(text, "twice(3")))
        self.assertEqual([(d.range.start.line, d.range.start.character) for d in found], [(1, 3)])

    async def test_edits(self):
        """Problems follow the changes of a document, also in the middle of characters of two units."""
        await self.open("x = \"𝄞\"\ny = x\n")
        self.client.text_document_did_change(lsp.DidChangeTextDocumentParams(
            lsp.VersionedTextDocumentIdentifier(2, "file:///a.dls"),
            [lsp.TextDocumentContentChangePartial(lsp.Range(lsp.Position(0, 8), lsp.Position(0, 8)), " + z")]))
        told = await self.client.problems.get()
        self.assertEqual((told.version, told.diagnostics[0].range.start.character), (2, 11))


class ProtocolTest(unittest.TestCase):
    """What no client of a library sends."""

    def run_server(self, data):
        done = subprocess.run([PROGRAM, "lsp"], input=data, capture_output=True, timeout=60)
        self.assertNotIn(b"Fatal", done.stderr)
        return done

    def test_damaged(self):
        for data in [b"", b"\r\n\r\n", b"Content-Length: x\r\n\r\n", b"Content-Length: 5\r\n\r\n{}", b"\xff" * 100000,
                     b"Content-Length: 99999999999999999999\r\n\r\n", b"Content-Length: 2\r\n\r\n[]"]:
            with self.subTest(data[:40]):
                self.assertEqual(self.run_server(data).returncode, 1)

    def test_wrong_length_does_not_end_it(self):
        message = b'{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}'
        good = b"Content-Length: %d\r\n\r\n%s" % (len(message), message)
        done = self.run_server(b"Content-Length: 5\r\n\r\n" + message + good)
        self.assertIn(b"-32700", done.stdout)
        self.assertIn(b"positionEncoding", done.stdout)

    def test_huge(self):
        message = b'{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}'
        good = b"Content-Length: %d\r\n\r\n%s" % (len(message), message)
        done = self.run_server(b"Content-Length: 100000000\r\n\r\n" + b"x" * 100000000 + good)
        self.assertIn(b"was skipped", done.stdout)
        self.assertIn(b"positionEncoding", done.stdout)


if __name__ == "__main__":
    unittest.main(verbosity=2)
