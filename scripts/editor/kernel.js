// A kernel of dls: the process `dls jupyter --lines`, which takes and sends Jupyter's messages as JSON, a line each.
const { spawn } = require("child_process");

exports.Kernel = class Kernel {
  /**
   * @param command The program.
   * @param folder Where paths of cells begin.
   * @param ask Gets the text of a question of a cell; the answer, or undefined if the person gives none.
   */
  constructor(command, folder, ask) {
    this.ask = ask;
    this.requests = new Map();
    this.count = 0;
    this.lastErrors = "";
    this.process = spawn(command, ["jupyter", "--lines"], { cwd: folder, stdio: "pipe" });
    this.process.on("error", ({ message }) => {
      this.end(`\`${command}\` does not start; set dls.path to the program (${message})`);
    });
    this.process.on("close", (status) => {
      const reason = this.lastErrors.trim() || `it ended with ${status ?? "a signal"}`;
      this.end(`the kernel has ended; the next cell starts another one (${reason})`);
    });
    this.process.stdin.on("error", () => {});
    this.process.stderr.setEncoding("utf8").on("data", (text) => {
      this.lastErrors = (this.lastErrors + text).slice(-2000);
    });
    let rest = "";
    this.process.stdout.setEncoding("utf8").on("data", (text) => {
      const lines = (rest + text).split("\n");
      rest = lines.pop();
      for (const line of lines) this.take(JSON.parse(line));
    });
  }

  get hasEnded() {
    return this.reason !== undefined;
  }

  /** Runs code; `show` gets each message that belongs to it. The answer is the content of `execute_reply`. */
  execute(code, show) {
    if (this.hasEnded) return Promise.reject(new Error(this.reason));
    const id = this.send("execute_request", { code, allow_stdin: true });
    return new Promise((resolve, reject) => this.requests.set(id, { show, resolve, reject }));
  }

  /** Stops the cell that runs, as Ctrl-C does. Those that wait are not run. */
  interrupt() {
    this.send("interrupt_request", {});
  }

  stop() {
    this.send("shutdown_request", {});
    this.process.stdin.end();
  }

  send(type, content) {
    const id = String(++this.count);
    this.process.stdin.write(JSON.stringify({ id, type, content }) + "\n");
    return id;
  }

  async take(message) {
    const request = this.requests.get(message.parent);
    if (!request) return;
    if (message.type === "input_request") {
      const answer = await this.ask(message.content.prompt, message.content.password);
      if (answer === undefined) this.interrupt();
      else this.send("input_reply", { value: answer });
    } else if (message.type === "execute_reply") {
      this.requests.delete(message.parent);
      request.resolve(message.content);
    } else {
      request.show(message);
    }
  }

  end(reason) {
    if (this.hasEnded) return;
    this.reason = reason;
    for (const request of this.requests.values()) request.reject(new Error(reason));
    this.requests.clear();
  }
};
