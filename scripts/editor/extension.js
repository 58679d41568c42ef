// Starts `dls lsp` for files of dls, and kernels for their cells. Without the client's library (`npm install` in this
// folder) colours and cells remain.
const vscode = require("vscode");
const { Cells } = require("./cells");

let client;

exports.activate = async (context) => {
  new Cells(context);
  let languageClient;
  try {
    languageClient = require("vscode-languageclient/node");
  } catch {
    vscode.window.showWarningMessage(`dls: problems, help and completion need \`npm install\` in ${__dirname}`);
    return;
  }
  const command = vscode.workspace.getConfiguration("dls").get("path");
  const server = { command, args: ["lsp"], transport: languageClient.TransportKind.stdio };
  client = new languageClient.LanguageClient("dls", "dls", server, { documentSelector: [{ language: "dls" }] });
  try {
    await client.start();
  } catch (error) {
    vscode.window.showErrorMessage(`dls: \`${command} lsp\` does not start; set dls.path to the program (${error.message})`);
  }
};

exports.deactivate = () => client?.stop();
