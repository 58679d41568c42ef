"""The tests that scripts/jupyter-check runs, with the kernel `dls` installed where Jupyter looks for it."""
import json, os, pathlib, signal, subprocess, sys, time, unittest

import jupyter_kernel_test
import nbformat
from jupyter_client.blocking import BlockingKernelClient
from jupyter_client.manager import start_new_kernel
from jupyter_client.session import Session

PROGRAM, ROOT = os.environ["DLS_PROGRAM"], os.environ["DLS_ROOT"]
ENDLESS = "i = 0\nwhile true { i += 1 }"
TRAINING = """x = randn([400, 8])
data = dataset(x, x.sum(axis=1))
model net() { linear 16; relu; linear 1 }
run = train net() data epochs={epochs} batch=20 loss=mse
run.history.len"""


class Conformance(jupyter_kernel_test.KernelTests):
    kernel_name = "dls"
    language_name = "dls"
    file_extension = ".dls"
    code_hello_world = 'print "hello, world"'
    code_stderr = "gru 4 dropout=0.5"
    completion_samples = [{"text": "soft", "matches": {"softmax", "softplus", "softsign"}}]
    complete_code_samples = ["x = 1", "fn f(x) = x + 1", "# only a comment", ""]
    incomplete_code_samples = ["fn f(x) {", "x = (1 +", "for i in range(3) {"]
    invalid_code_samples = ["x = )", "1 +* 2"]
    code_generate_error = "undefined_name"
    code_execute_result = [
        {"code": "1 + 2", "result": "3"},
        {"code": "[1, 2, 3]", "result": "[1, 2, 3]"},
        {"code": "table([{a=1, b=2}, {a=3, b=4}])", "mime": "text/html"},
    ]
    code_display_data = [{"code": "plot [3, 2, 1]", "mime": "image/svg+xml"}]
    code_history_pattern = "1 +*"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "softmax"


class Welcome(jupyter_kernel_test.IopubWelcomeTests):
    kernel_name = "dls"
    support_iopub_welcome = True


class KernelTest(unittest.TestCase):
    """A kernel of its own for each test."""

    def setUp(self):
        self.manager, self.client = start_new_kernel(kernel_name="dls")
        self.process = self.manager.provisioner.process

    def tearDown(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)

    def run_cell(self, code, timeout=30, **options):
        """The reply and the messages of iopub up to idle."""
        identifier = self.client.execute(code, **options)
        return self.reply(identifier, timeout), self.outputs(identifier, timeout)

    def reply(self, identifier, timeout=30):
        while True:
            reply = self.client.get_shell_msg(timeout=timeout)
            if reply["parent_header"].get("msg_id") == identifier:
                return reply["content"]

    def outputs(self, identifier, timeout=30):
        found = []
        while True:
            message = self.client.get_iopub_msg(timeout=timeout)
            if message["parent_header"].get("msg_id") != identifier:
                continue
            found.append(message)
            if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                return found

    def wait_for(self, identifier, kind, timeout=30):
        while True:
            message = self.client.get_iopub_msg(timeout=timeout)
            if message["parent_header"].get("msg_id") == identifier and message["msg_type"] == kind:
                return message

    def interrupt(self):
        request = self.client.session.msg("interrupt_request", {})
        self.client.control_channel.send(request)
        return self.client.get_control_msg(timeout=5)

    def texts(self, outputs, name="stdout"):
        return "".join(
            m["content"]["text"] for m in outputs if m["msg_type"] == "stream" and m["content"]["name"] == name)


class Cells(KernelTest):
    def test_order_of_messages(self):
        reply, outputs = self.run_cell("print 1\n2")
        kinds = [m["msg_type"] for m in outputs]
        self.assertEqual(kinds, ["status", "execute_input", "stream", "execute_result", "status"])
        self.assertEqual(reply["execution_count"], 1)
        self.assertEqual(outputs[3]["content"]["execution_count"], 1)

    def test_silent(self):
        reply, outputs = self.run_cell("print 1\n2", silent=True)
        self.assertEqual([m["msg_type"] for m in outputs], ["status", "status"])
        self.run_cell("a = 1", store_history=False)
        self.assertEqual(self.run_cell("a")[0]["execution_count"], 1)

    def test_user_expressions(self):
        reply, _ = self.run_cell("a = 2", user_expressions={"double": "a * 2", "bad": "b"})
        self.assertEqual(reply["user_expressions"]["double"]["data"]["text/plain"], "4")
        self.assertEqual(reply["user_expressions"]["bad"]["status"], "error")
        self.assertEqual(reply["status"], "ok")

    def test_definitions_run_twice(self):
        for _ in range(2):
            reply, _ = self.run_cell("fn f(x) = x + 1\nmodel m() { linear 2 }\nf(1)")
            self.assertEqual(reply["status"], "ok")

    def test_output_comes_while_it_runs(self):
        identifier = self.client.execute("print \"first\"\n" + ENDLESS)
        self.assertIn("first", self.wait_for(identifier, "stream", 5)["content"]["text"])
        self.interrupt()
        self.assertEqual(self.reply(identifier)["status"], "error")

    def test_streams_are_joined(self):
        reply, outputs = self.run_cell("for i in range(20000) { print i }")
        streams = [m for m in outputs if m["msg_type"] == "stream"]
        self.assertEqual(self.texts(outputs).split(), [str(i) for i in range(20000)])
        self.assertLess(len(streams), 400)

    def test_pyplot_is_shown_at_the_end(self):
        _, outputs = self.run_cell("plt.plot([1, 2, 3])\nplt.title(\"a < b\")")
        [figure] = [m["content"] for m in outputs if m["msg_type"] == "display_data"]
        self.assertIn("<svg", figure["data"]["image/svg+xml"])
        self.assertIn("text/plain", figure["data"])

    def test_error(self):
        reply, outputs = self.run_cell("x = [1, 2]\nx[5]")
        self.assertEqual(reply["status"], "error")
        [error] = [m["content"] for m in outputs if m["msg_type"] == "error"]
        self.assertIn("x[5]", "\n".join(error["traceback"]))

    def test_quit_ends_the_kernel(self):
        reply, _ = self.run_cell("quit")
        self.assertEqual(reply["payload"][0]["source"], "ask_exit")
        self.process.wait(timeout=5)


class Interrupts(KernelTest):
    def test_interrupt(self):
        identifier = self.client.execute(ENDLESS)
        self.wait_for(identifier, "execute_input")
        start = time.monotonic()
        self.assertEqual(self.interrupt()["content"]["status"], "ok")
        reply = self.reply(identifier)
        self.assertLess(time.monotonic() - start, 2)
        self.assertEqual((reply["status"], reply["evalue"]), ("error", "interrupted"))
        self.assertEqual(self.run_cell("1 + 1")[0]["status"], "ok")

    def test_interrupt_of_nothing(self):
        self.interrupt()
        self.assertEqual(self.run_cell("range(3).sum()")[0]["status"], "ok")

    def test_control_answers_while_a_cell_runs(self):
        identifier = self.client.execute(ENDLESS)
        self.wait_for(identifier, "execute_input")
        request = self.client.session.msg("kernel_info_request", {})
        self.client.control_channel.send(request)
        self.assertEqual(self.client.get_control_msg(timeout=2)["msg_type"], "kernel_info_reply")
        self.interrupt()
        self.reply(identifier)

    def test_cells_that_wait_are_not_run(self):
        first = self.client.execute(ENDLESS)
        others = [self.client.execute("ran = true") for _ in range(3)]
        info = self.client.kernel_info()
        self.wait_for(first, "execute_input")
        time.sleep(0.2)
        self.interrupt()
        self.assertEqual(self.reply(first)["status"], "error")
        for other in others:
            self.assertEqual(self.reply(other)["status"], "aborted")
        self.assertEqual(self.reply(info)["status"], "ok")
        self.assertEqual(self.run_cell("ran")[0]["status"], "error")

    def test_cells_after_an_error_are_not_run(self):
        first = self.client.execute("undefined_name")
        other = self.client.execute("ran = true")
        self.assertEqual(self.reply(first)["status"], "error")
        self.assertEqual(self.reply(other)["status"], "aborted")
        self.assertEqual(self.run_cell("1")[0]["status"], "ok")

    def test_cells_go_on_after_an_error_that_is_expected(self):
        first = self.client.execute("undefined_name", stop_on_error=False)
        other = self.client.execute("ran = true")
        self.assertEqual(self.reply(first)["status"], "error")
        self.assertEqual(self.reply(other)["status"], "ok")

    def test_training(self):
        identifier = self.client.execute(TRAINING.replace("{epochs}", "100000"))
        shown = self.wait_for(identifier, "display_data")["content"]
        self.wait_for(identifier, "update_display_data")
        time.sleep(0.5)
        self.interrupt()
        outputs = self.outputs(identifier)
        self.assertEqual(self.reply(identifier)["status"], "error")
        final = [m["content"] for m in outputs if m["msg_type"] == "update_display_data"][-1]
        self.assertEqual(final["transient"], shown["transient"])
        self.assertIn("image/svg+xml", final["data"])
        reply, outputs = self.run_cell("run.ending")
        self.assertEqual(reply["status"], "ok")


class Trainings(KernelTest):
    def test_one_display(self):
        start = time.monotonic()
        reply, outputs = self.run_cell(TRAINING.replace("{epochs}", "10"), timeout=120)
        seconds = time.monotonic() - start
        self.assertEqual(reply["status"], "ok")
        displays = [m["content"] for m in outputs if m["msg_type"].endswith("display_data")]
        self.assertEqual(len([m for m in outputs if m["msg_type"] == "display_data"]), 1)
        self.assertEqual(len({d["transient"]["display_id"] for d in displays}), 1)
        self.assertLess(len(displays), 10 * seconds + 2)
        self.assertIn("image/svg+xml", displays[-1]["data"])
        self.assertIn("epoch 10/10", displays[-1]["data"]["text/plain"])


class Questions(KernelTest):
    def test_answer(self):
        identifier = self.client.execute('name = input("who? ")\nprint "hello {name}"', allow_stdin=True)
        question = self.client.get_stdin_msg(timeout=10)
        self.assertEqual(question["content"], {"prompt": "who? ", "password": False})
        self.client.input("Ada")
        self.assertEqual(self.reply(identifier)["status"], "ok")
        self.assertEqual(self.texts(self.outputs(identifier)), "hello Ada\n")

    def test_nobody_to_ask(self):
        reply, _ = self.run_cell("input()", allow_stdin=False)
        self.assertEqual(reply["status"], "error")
        self.assertIn("nobody to ask", reply["evalue"])

    def test_interrupt(self):
        identifier = self.client.execute("input()", allow_stdin=True)
        self.client.get_stdin_msg(timeout=10)
        self.interrupt()
        self.assertEqual(self.reply(identifier, 3)["status"], "error")


class Commands(KernelTest):
    def test_output_comes_while_it_runs(self):
        identifier = self.client.execute("!echo first; sleep 60")
        self.assertEqual(self.wait_for(identifier, "stream", 5)["content"]["text"], "first\n")
        start = time.monotonic()
        self.interrupt()
        self.assertEqual(self.reply(identifier)["evalue"], "interrupted")
        self.assertLess(time.monotonic() - start, 2)
        self.assertEqual(self.run_cell("!exit 4")[0]["status"], "ok")

    def test_one_that_hears_no_interrupt_is_killed(self):
        identifier = self.client.execute("!trap '' INT TERM; echo ready; while true; do sleep 1; done")
        self.wait_for(identifier, "stream", 5)
        self.interrupt()
        self.assertEqual(self.reply(identifier, 10)["status"], "error")

    def test_streams_and_status(self):
        reply, outputs = self.run_cell("!echo out; echo err >&2; exit 3")
        self.assertEqual(reply["status"], "ok")
        self.assertEqual(self.texts(outputs), "out\n")
        self.assertEqual(self.texts(outputs, "stderr"), "err\nthe command ended with status 3\n")

    def test_much_output(self):
        _, outputs = self.run_cell("!seq 200000")
        self.assertEqual(self.texts(outputs).split()[-1], "200000")
        self.assertEqual(len(self.texts(outputs).split()), 200000)

    def test_nothing_to_read_and_no_waiting_for_others(self):
        start = time.monotonic()
        reply, outputs = self.run_cell("!cat; sleep 20 & echo done")
        self.assertEqual(self.texts(outputs), "done\n")
        self.assertLess(time.monotonic() - start, 10)


class Looking(KernelTest):
    def ask(self, kind, content):
        message = self.client.session.msg(kind, content)
        self.client.shell_channel.send(message)
        return self.reply(message["header"]["msg_id"])

    def test_completion_counts_code_points(self):
        self.run_cell("größe = {breite=1}")
        code = '"😀é" + größe.br'
        reply = self.ask("complete_request", {"code": code, "cursor_pos": len(code)})
        self.assertEqual(reply["matches"], ["breite"])
        self.assertEqual((reply["cursor_start"], reply["cursor_end"]), (len(code) - 2, len(code)))

    def test_completion_has_types_and_signatures(self):
        reply = self.ask("complete_request", {"code": "softma", "cursor_pos": 6})
        [entry] = reply["metadata"]["_jupyter_types_experimental"]
        self.assertEqual((entry["text"], entry["type"]), ("softmax", "function"))
        self.assertTrue(entry["signature"].startswith("softmax("))

    def test_completion_everywhere(self):
        code = 'x = {a="😀"}\ntrain(net, data, epochs=[1, (2'
        for cursor in list(range(len(code) + 2)) + [-5, 10**12]:
            self.assertEqual(self.ask("complete_request", {"code": code, "cursor_pos": cursor})["status"], "ok")
            self.assertEqual(self.ask("inspect_request", {"code": code, "cursor_pos": cursor})["status"], "ok")

    def test_inspection(self):
        self.run_cell("fn half(x) = x / 2\nt = zeros([2, 3])")
        for code, cursor, text in [("relu(softmax(x))", 8, "softmax("), ("train(net, ", 11, "train("), ("half", 2, "half(x)"),
                                   ("t", 1, "tensor"), ("t.mean(axis=0)", 4, "mean("),
                                   ("F.interpolate(t)", 8, "upsample")]:
            reply = self.ask("inspect_request", {"code": code, "cursor_pos": cursor, "detail_level": 0})
            self.assertTrue(reply["found"], code)
            self.assertIn(text, reply["data"]["text/plain"])
            self.assertIn(text, reply["data"]["text/markdown"])
        self.assertFalse(self.ask("inspect_request", {"code": "nothing_here", "cursor_pos": 3})["found"])

    def test_comms_are_closed(self):
        message = self.client.session.msg("comm_open", {"comm_id": "c", "target_name": "widget", "data": {}})
        self.client.shell_channel.send(message)
        outputs = self.outputs(message["header"]["msg_id"])
        self.assertEqual([m["msg_type"] for m in outputs], ["status", "comm_close", "status"])
        self.assertEqual(self.ask("comm_info_request", {})["comms"], {})


class BadMessages(KernelTest):
    def test_forged_signature(self):
        forger = Session(key=b"another key", session=self.client.session.session)
        forger.send(self.client.shell_channel.socket, "execute_request", {"code": "forged = true", "silent": False})
        self.assertEqual(self.run_cell("forged")[0]["status"], "error")

    def test_damaged(self):
        socket, session = self.client.shell_channel.socket, self.client.session
        socket.send_multipart([b"nothing"])
        socket.send_multipart([b"<IDS|MSG>", b"", b"{", b"", b"", b""])
        for header, content in [(b"[", b"{}"), (b"{}", b"{}"), (b"\xff", b"{}")]:
            frames = [header, b"{}", b"{}", content]
            socket.send_multipart([b"<IDS|MSG>", session.sign(frames)] + frames)
        message = session.msg("execute_request", {})
        frames = [session.pack(message["header"]), b"{}", b"{}", b'{"code": "1"']
        socket.send_multipart([b"<IDS|MSG>", session.sign(frames)] + frames)
        self.assertEqual([m["msg_type"] for m in self.outputs(message["header"]["msg_id"])], ["status", "status"])
        for content in [{"code": 5, "silent": "x", "user_expressions": [1]}, {}, {"code": "1", "store_history": None}]:
            message = session.msg("execute_request", content)
            self.client.shell_channel.send(message)
            self.assertEqual(self.reply(message["header"]["msg_id"])["status"], "ok")

    def test_unknown_type(self):
        message = self.client.session.msg("no_such_request", {})
        self.client.shell_channel.send(message)
        self.assertEqual([m["msg_type"] for m in self.outputs(message["header"]["msg_id"])], ["status", "status"])

    def test_much_code(self):
        reply, outputs = self.run_cell("# " + "x" * 100_000_000)
        self.assertEqual(reply["status"], "error")
        self.assertIn("MB of code", reply["evalue"])
        self.assertEqual(self.run_cell("1 + 1")[0]["status"], "ok")

    def test_client_that_goes(self):
        # With an address of its own, unlike `manager.client()`.
        other = BlockingKernelClient(connection_file=self.manager.connection_file)
        other.load_connection_file()
        other.start_channels()
        other.wait_for_ready(timeout=10)
        other.execute("for i in range(20000) { print i }")
        other.stop_channels()
        self.assertEqual(self.run_cell("1 + 1", timeout=60)[0]["status"], "ok")


class Endings(KernelTest):
    def assert_ends(self, seconds=5):
        self.process.wait(timeout=seconds)

    def shut_down(self, channel):
        message = self.client.session.msg("shutdown_request", {"restart": True})
        channel.send(message)
        if channel is self.client.control_channel:
            reply = self.client.get_control_msg(timeout=5)["content"]
        else:
            reply = self.reply(message["header"]["msg_id"])
        self.assertEqual(reply, {"status": "ok", "restart": True})
        self.assert_ends()
        self.assertEqual(self.process.returncode, 0)

    def test_shutdown_on_control(self):
        self.shut_down(self.client.control_channel)

    def test_shutdown_on_shell(self):
        self.shut_down(self.client.shell_channel)

    def test_shutdown_while_a_cell_runs(self):
        self.wait_for(self.client.execute(ENDLESS), "execute_input")
        self.shut_down(self.client.control_channel)

    def test_sigterm_keeps_what_was_trained(self):
        folder = os.path.join(os.getcwd(), "kept")
        code = TRAINING.replace("{epochs}", "100000").replace("loss=mse", f'loss=mse checkpoint="{folder}"')
        identifier = self.client.execute(code)
        self.wait_for(identifier, "update_display_data")
        self.process.send_signal(signal.SIGTERM)
        self.assert_ends()
        self.assertTrue(os.listdir(folder))

    def test_sigint(self):
        identifier = self.client.execute(ENDLESS)
        self.wait_for(identifier, "execute_input")
        self.process.send_signal(signal.SIGINT)
        self.assertEqual(self.reply(identifier)["status"], "error")

    def test_death_of_the_parent(self):
        script = (
            "import os, sys, time\nfrom jupyter_client.manager import start_new_kernel\n"
            "m, c = start_new_kernel(kernel_name='dls')\nc.execute('while true { }')\ntime.sleep(0.5)\n"
            "print(m.provisioner.process.pid, flush=True)\nos._exit(0)")
        child = int(subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout)
        for _ in range(60):
            state = subprocess.run(["ps", "-o", "state=", "-p", str(child)], capture_output=True, text=True).stdout
            if state.strip() in ("", "Z"):
                return
            time.sleep(0.1)
        os.kill(child, signal.SIGKILL)
        self.fail("the kernel outlives its client")


class Confined(KernelTest):
    """`dls --safe jupyter`: cells reach nothing but their folder, and clients reach the kernel."""

    def setUp(self):
        data = pathlib.Path(os.environ["JUPYTER_DATA_DIR"])
        description = json.loads((data / "kernels/dls/kernel.json").read_text())
        description["argv"][1:1] = ["--safe", "--time", "8s"]
        (data / "kernels/dls-safe").mkdir(parents=True, exist_ok=True)
        (data / "kernels/dls-safe/kernel.json").write_text(json.dumps(description))
        folder = pathlib.Path("confined")
        folder.mkdir(exist_ok=True)
        (folder / "own.txt").write_text("own")
        pathlib.Path("secret.txt").write_text("secret")
        self.manager, self.client = start_new_kernel(kernel_name="dls-safe", cwd=str(folder))
        self.process = self.manager.provisioner.process

    def test_cells(self):
        reply, outputs = self.run_cell('print read("own.txt")\nplot [1, 2]')
        self.assertEqual(reply["status"], "ok")
        self.assertEqual(self.texts(outputs), "own\n")
        self.assertTrue(any("image/svg+xml" in m["content"].get("data", {}) for m in outputs))
        connection = self.manager.connection_file
        for code in ['read "../secret.txt"', "!cat own.txt", f'read "{connection}"', 'save "x" "own.txt" overwrite=true']:
            self.assertIn("--safe", self.run_cell(code)[0]["evalue"], code)

    def test_new_clients_and_limits(self):
        other = BlockingKernelClient(connection_file=self.manager.connection_file)
        other.load_connection_file()
        other.start_channels()
        other.wait_for_ready(timeout=5)
        other.stop_channels()
        self.assertIn("the time limit of 8 s is reached", self.run_cell(ENDLESS)[0]["evalue"])
        self.assert_ends()

    def assert_ends(self):
        self.process.wait(timeout=5)


class Program(unittest.TestCase):
    def dls(self, *words, **environment):
        return subprocess.run(
            [PROGRAM, *words], capture_output=True, text=True, timeout=20, env={**os.environ, **environment})

    def test_bad_connection_files(self):
        for name, text, reason in [
            ("missing.json", None, "cannot read"), ("damaged.json", "{", "not JSON"),
            ("ipc.json", '{"transport": "ipc"}', "ipc"), ("ports.json", '{"ip": "127.0.0.1"}', "shell_port"),
        ]:
            if text is not None:
                pathlib.Path(name).write_text(text)
            result = self.dls("jupyter", name)
            self.assertEqual(result.returncode, 1)
            self.assertIn(reason, result.stderr)

    def test_install(self):
        result = self.dls("jupyter", "install", "--prefix", "prefix")
        self.assertIn("prefix/share/jupyter/kernels/dls", result.stderr)
        description = json.loads(pathlib.Path("prefix/share/jupyter/kernels/dls/kernel.json").read_text())
        self.assertEqual(description["interrupt_mode"], "message")
        self.assertTrue(os.access(description["argv"][0], os.X_OK))
        for size in (32, 64):
            with open(f"prefix/share/jupyter/kernels/dls/logo-{size}x{size}.png", "rb") as file:
                self.assertEqual(file.read(8), b"\x89PNG\r\n\x1a\n")
        pathlib.Path("file").touch()
        result = self.dls("jupyter", "install", "--prefix", "file")
        self.assertEqual(result.returncode, 1)
        self.assertIn("--prefix", result.stderr)


class Notebooks(unittest.TestCase):
    """Question 1 of the second homework, exported and run by others."""

    @classmethod
    def setUpClass(cls):
        cls.folder = os.path.join(ROOT, "examples/homework2")
        cls.path = os.path.join(os.getcwd(), "question1.ipynb")
        subprocess.run(
            [PROGRAM, "export", os.path.join(cls.folder, "question1.dls"), "--to", "ipynb", "--output", cls.path],
            check=True, capture_output=True)

    def check(self, notebook):
        nbformat.validate(notebook)
        outputs = [o for c in notebook.cells if c.cell_type == "code" for o in c.outputs]
        self.assertTrue(outputs)
        self.assertFalse([o for o in outputs if o.output_type == "error"])

    def test_nbclient(self):
        from nbclient import NotebookClient
        from nbconvert import HTMLExporter

        notebook = nbformat.read(self.path, as_version=4)
        NotebookClient(notebook, kernel_name="dls", timeout=60, resources={"metadata": {"path": self.folder}}).execute()
        self.check(notebook)
        page, _ = HTMLExporter().from_notebook_node(notebook)
        # Numbers, texts and comments are in colours.
        for style in ("mi", "s2", "c1"):
            self.assertIn(f'<span class="{style}">', page)

    def test_papermill(self):
        import papermill

        notebook = papermill.execute_notebook(
            self.path, "out.ipynb", kernel_name="dls", cwd=self.folder, progress_bar=False)
        self.check(notebook)

    def test_live_curve_ends_as_a_figure(self):
        from nbclient import NotebookClient

        cell = nbformat.v4.new_code_cell(TRAINING.replace("{epochs}", "10"))
        notebook = nbformat.v4.new_notebook(cells=[cell])
        NotebookClient(notebook, kernel_name="dls", timeout=120).execute()
        self.check(notebook)
        [figure] = [o for o in notebook.cells[0].outputs if o.output_type == "display_data"]
        self.assertIn("image/svg+xml", figure["data"])
        self.assertNotIn("text/html", figure["data"])


if __name__ == "__main__":
    unittest.main(verbosity=1)
