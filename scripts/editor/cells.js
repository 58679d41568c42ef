// Runs cells: those of `.dls` files in an interactive window beside the text, and those of Jupyter's notebooks.
const path = require("path");
const vscode = require("vscode");
const { Kernel } = require("./kernel");

/** The cells of a text: from one `# %%` to the next, and what stands before the first. Those of text have no code. */
function cellsOf(text) {
  const cells = [{ line: 0, lines: [] }];
  text.split(/\r?\n/).forEach((content, line) => {
    if (/^# ?%%/.test(content)) cells.push({ line, lines: [] });
    // Recorded outputs are no code.
    else if (!content.startsWith("#>")) cells[cells.length - 1].lines.push(content);
  });
  return cells.map(({ line, lines }) => ({
    line, code: lines.some((content) => /^\s*[^#\s]/.test(content)) ? lines.join("\n").trim() : "",
  }));
}

const upTo = (cells, end) => cells.filter(({ line }) => line <= end);

const itemsOf = (data) =>
  Object.entries(data).map(([type, value]) => {
    const isPicture = type.startsWith("image/") && type !== "image/svg+xml";
    return new vscode.NotebookCellOutputItem(Buffer.from(String(value), isPicture ? "base64" : "utf8"), type);
  });

/** Shows the messages of a cell as its outputs. Changes are made one after the other. */
class CellOutputs {
  constructor(execution) {
    this.execution = execution;
    this.displays = new Map();
    this.changes = Promise.resolve();
  }

  show({ type, content }) {
    this.changes = this.changes.then(() => this.change(type, content)).catch(() => {});
  }

  async change(type, content) {
    const { execution } = this;
    if (type === "stream") {
      const item = vscode.NotebookCellOutputItem[content.name === "stderr" ? "stderr" : "stdout"](content.text);
      if (this.stream?.name === content.name) return execution.appendOutputItems([item], this.stream.output);
      this.stream = { name: content.name, output: new vscode.NotebookCellOutput([item]) };
      return execution.appendOutput(this.stream.output);
    }
    if (type === "update_display_data") {
      const shown = this.displays.get(content.transient?.display_id);
      return shown && execution.replaceOutputItems(itemsOf(content.data), shown);
    }
    if (type === "clear_output") return execution.clearOutput();
    let items;
    if (type === "display_data" || type === "execute_result") {
      items = itemsOf(content.data);
    } else if (type === "error") {
      const error = { name: content.ename, message: content.evalue, stack: content.traceback.join("\n") };
      items = [vscode.NotebookCellOutputItem.error(error)];
    } else {
      return;
    }
    this.stream = undefined;
    const output = new vscode.NotebookCellOutput(items);
    if (content.transient?.display_id) this.displays.set(content.transient.display_id, output);
    return execution.appendOutput(output);
  }
}

exports.Cells = class Cells {
  constructor(context) {
    this.id = context.extension.id;
    this.kernels = new Map();
    /** Where the paths of notebooks begin that belong to a file; and the notebook of each file. */
    this.folders = new Map();
    this.windows = new Map();
    const { commands, languages, notebooks, workspace } = vscode;
    const controllers = ["interactive", "jupyter-notebook"].map((type) => {
      const controller = notebooks.createNotebookController(`dls-${type}`, type, "dls");
      controller.supportedLanguages = ["dls"];
      controller.supportsExecutionOrder = true;
      controller.executeHandler = (cells, notebook) => cells.forEach((cell) => this.run(cell, notebook, controller));
      controller.interruptHandler = (notebook) => this.kernels.get(notebook.uri.toString())?.interrupt();
      return controller;
    });
    const command = (name, run) => commands.registerCommand(`dls.${name}`, run);
    context.subscriptions.push(
      ...controllers,
      languages.registerCodeLensProvider({ language: "dls", pattern: "**/*.dls" }, this),
      command("runCell", (line) => this.runCells((cells, cursor) => upTo(cells, line ?? cursor).slice(-1))),
      command("runAbove", (line) => this.runCells((cells, cursor) => upTo(cells, line ?? cursor))),
      command("runAll", () => this.runCells((cells) => cells)),
      command("restartKernel", () => this.restart()),
      workspace.onDidCloseNotebookDocument((notebook) => this.stop(notebook.uri.toString())),
      { dispose: () => [...this.kernels.keys()].forEach((key) => this.stop(key)) },
    );
  }

  provideCodeLenses(document) {
    return cellsOf(document.getText()).filter(({ code }) => code).flatMap(({ line }) => {
      const range = new vscode.Range(line, 0, line, 0);
      return [["Run cell", "runCell"], ["Run to here", "runAbove"]].map(
        ([title, name]) => new vscode.CodeLens(range, { title, command: `dls.${name}`, arguments: [line] }),
      );
    });
  }

  /** Puts cells of the text that is edited into its interactive window, where its kernel runs them. */
  async runCells(choose) {
    const editor = vscode.window.activeTextEditor;
    if (editor?.document.languageId !== "dls") {
      return vscode.window.showWarningMessage("dls: open a .dls file to run its cells");
    }
    const cells = choose(cellsOf(editor.document.getText()), editor.selection.active.line).filter(({ code }) => code);
    if (cells.length === 0) return vscode.window.showWarningMessage("dls: there is no code in this cell");
    const notebook = await this.window(editor.document);
    const start = notebook.cellCount;
    const kind = vscode.NotebookCellKind.Code;
    const added = cells.map(({ code }) => new vscode.NotebookCellData(kind, code, "dls"));
    const edit = new vscode.WorkspaceEdit();
    edit.set(notebook.uri, [vscode.NotebookEdit.insertCells(start, added)]);
    await vscode.workspace.applyEdit(edit);
    const range = { start, end: start + added.length };
    await vscode.commands.executeCommand("notebook.cell.execute", range, notebook.uri);
  }

  /** The interactive window of a file, which is opened where it is not. */
  async window(document) {
    const key = document.uri.toString();
    const known = this.windows.get(key);
    const isOpen = vscode.workspace.notebookDocuments.some(({ uri }) => uri.toString() === known?.toString());
    const { notebookUri, notebookEditor } = await vscode.commands.executeCommand(
      "interactive.open", { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
      isOpen ? known : undefined, `${this.id}/dls-interactive`, `dls: ${path.basename(document.fileName)}`,
    );
    this.windows.set(key, notebookUri);
    this.folders.set(notebookUri.toString(), this.folder(document.uri));
    const isIt = ({ uri }) => uri.toString() === notebookUri.toString();
    return notebookEditor?.notebook ?? vscode.workspace.notebookDocuments.find(isIt);
  }

  /** The folder of the workspace, as a terminal in it has it, else that of the file. */
  folder(uri) {
    const found = vscode.workspace.getWorkspaceFolder(uri) ?? vscode.workspace.workspaceFolders?.[0];
    return found?.uri.fsPath ?? (uri.scheme === "file" ? path.dirname(uri.fsPath) : undefined);
  }

  async run(cell, notebook, controller) {
    const execution = controller.createNotebookCellExecution(cell);
    const outputs = new CellOutputs(execution);
    let hasStarted = false;
    const start = () => {
      if (hasStarted) return;
      hasStarted = true;
      execution.start(Date.now());
      outputs.changes = Promise.resolve(execution.clearOutput());
    };
    let reply;
    try {
      if (!vscode.workspace.isTrusted) {
        throw new Error("cells run in trusted folders only; see `Workspaces: Manage Workspace Trust`");
      }
      reply = await this.kernel(notebook).execute(cell.document.getText(), (message) => {
        start();
        outputs.show(message);
      });
      execution.executionOrder = reply.execution_count;
    } catch (error) {
      start();
      outputs.show({ type: "error", content: { ename: "error", evalue: error.message, traceback: [error.message] } });
    }
    start();
    await outputs.changes;
    const isOK = reply?.status === "ok";
    execution.end(reply?.status === "aborted" ? undefined : isOK, Date.now());
  }

  /** The kernel of a notebook; another one where it has ended. */
  kernel(notebook) {
    const key = notebook.uri.toString();
    const known = this.kernels.get(key);
    if (known && !known.hasEnded) return known;
    const program = vscode.workspace.getConfiguration("dls").get("path");
    const folder = this.folders.get(key) ?? this.folder(notebook.uri);
    const ask = (prompt, password) => vscode.window.showInputBox({ prompt, password, ignoreFocusOut: true });
    const kernel = new Kernel(program, folder, ask);
    this.kernels.set(key, kernel);
    return kernel;
  }

  /** Ends the kernel of what is edited; the next cell begins with nothing defined. */
  restart() {
    const text = vscode.window.activeTextEditor?.document.uri.toString();
    const uri = this.windows.get(text) ?? vscode.window.activeNotebookEditor?.notebook.uri;
    if (uri) this.stop(uri.toString());
  }

  stop(key) {
    this.kernels.get(key)?.stop();
    this.kernels.delete(key);
  }
};

exports.cellsOf = cellsOf;
