/// The pages of the help that are not about one function.
package enum HelpPage: String, CaseIterable {
    case start
    case language
    case commands
    case values
    case classes
    case models
    case sweeps
    case mpi
    case notebooks
    case homework
    case export
    case jupyter
    case editors
    case safe
    case trust
    case settings

    package var text: String {
        switch self {
        case .start:
            """
            A first session (the same lines work in a file that `dls FILE.dls` runs):

              data = load "examples/data/kmnist"            # a dataset with .train and .test
              model cnn() {
                conv 8 kernel=5 padding=2
                relu
                maxpool 2
                flatten
                linear 10
              }
              net = cnn()
              run = train net data.train epochs=3 lr=0.001 batch=32 validate=data.test
              evaluate net data.test
              plot run.history.loss title="training loss"
              summary net
            """
        case .language:
            """
            A statement ends with its line or at `;`, which also keeps its value from being shown. `#` starts a comment.

              x = 3                     a, b = pair            x[0, :] = 0          r.lr = 0.1         x += 1
              a, (b, c) = f()           first, *rest = xs      a = b = 0            d.x, xs[0] = 1, 2
              if c { } else if d { } else { }      for x in list { }      while c { }      break  continue
              fn f(x, scale=2) { x * scale }       fn g(x) = x + 1        x -> x * 2       (a, b) -> a + b
              x -> { y = x * 2; y + 1 }            class Value(data) { fn double() = self.data * 2 }   (help classes)
              fn f(first, *rest, **options) { }    f(*xs, **options)      any number of arguments, in parentheses
              try { } catch e { print e.message }  assert c, "message"    param epochs = 20
              import "lib.dls"                     import "lib.dls" as lib
              [x * x for x in xs if x > 0]         if c { a } else { b }  "loss {x:.4f}"   '{as it is}'
              sweep lr in [0.1, 0.01] { {lr=lr, loss=f(lr)} }

            Operators, loosest first: -> or and not (== != < <= > >= in is) | ^ & (<< >>) (+ -) (* / % @) unary- ** call/index/member.
            A text of several lines stands between three quotes: \"\"\"...\"\"\". It is taken as it is written, white space and
            line ends included, with the escapes and values of \"...\"; `\\` at the end of a line joins it with the next.
            A function reads the names around it and assigns its own. x.f(y) is the field f of x, or f(x, y).
            """
        case .commands:
            """
            A line that starts with a name, a space and a value is a call without parentheses:

              train net data epochs=20 lr=0.1     is   train(net, data, epochs=20, lr=0.1)
              plot x y * 2                        is   plot(x, y * 2)
              print -1                            is   print(-1)
              show x [1]                          is   show(x, [1])
              show x[1]                           is   show(x[1])
              x - 1                               is   subtraction
              f a -b                              is refused: write `f a - b` or `f a (-b)`
            """
        case .values:
            """
            number  3  1_000  0.5  5e-4  0xff        boolean  true  false        none
            string  "loss {x:.4f}\\n"  'as it is'     list  [1, "a", x]           record  {lr=0.1, name="adam"}
            set  set([1, "a"])       tensor, table, dataset, model, layer, function, run

            A record is a map with an order. Keys are strings, numbers, booleans, none and lists of these; a name in braces is
            the string: {a=1, "b c"=2, [k]=v}, {[k]=v for k, v in pairs}, {**d, a=1}, or Python's {"a": 1, k: v}.

              d = {}              d[3] = v            d["b c"] += 1        d[i, j] = v         k in d      len(d)
              d.get(k, default)   d.remove(k)         d.pop(k)             d.update(other)     a | b       d.clear()
              for k, v in d { }   for k in d { }      keys(d) values(d)    items(d)            record(pairs)
              counts(xs)          s = set(xs)         s.add(v)             a | b   a & b   a - b   a <= b   v in s

            Lists, records, sets and tensors are values: `b = a` and then `b[0] = 1` leaves `a` as it was, and a function
            cannot change what its caller holds. `xs.append(v)` changes the name `xs`. Models and optimizers are shared.
            A rectangular list of numbers is taken wherever a tensor is expected, so `[1, 2, 3] * 2` doubles the numbers.
            A list written with one element is repeated, `[0] * 3` is [0, 0, 0], and so are lists of other things than numbers.
            `+` joins two lists.
            """
        case .classes:
            """
              class Value(data, parents=[]) {
                grad = 0                                # what the block assigns is a field, and so are the parameters
                fn +(a, b) = Value(number_of(a) + number_of(b), [a, b])
                fn double() = self.data * 2             # a method; `self` is the object
                fn call(x) = self.data * x              # v(3)
                fn show() = "Value({self.data})"        # how it prints
              }
              fn number_of(x) = if isinstance(x, Value) { x.data } else { x }
              v = Value(2)
              v.double()
              v.grad += 1
              1 + v

            The block runs once for each object. Objects are shared: `w = v` is the same object, `clone(v)` another. A method
            reads a field by its bare name too, and sets it as `self.grad = 1`. Others set the fields that there are: `v.grad = 1`.

              operators   + - * / % @ ** | & ^ << >> == != < <= > >= take both operands, (a, b), and are found by either; fn -(a) is the sign
              @property   before a method: it is called where it is read, `v.size`
              with v {}   fn enter(), fn exit(kind, error, trace), which runs in any case
              for loops   fn iterate() gives a list              len(v), v[i], v[i] = x     fn len(), fn get(i), fn set(i, value)
              ==          asks whether it is the same object, without an `==` of its own

              class Layer(name) { fn line() = "layer {self.name}" }
              class Dense(size) : Layer("dense") {      # inherits from Layer: its fields and methods, and more
                fn line() = super.line() + " of {self.size}"
              }
              Dense(10).line()
            """
        case .models:
            """
              model cnn(classes=10) {
                conv1 = conv 8 kernel=5 padding=2       # a named layer: net.conv1.weight
                relu
                maxpool 2
                flatten
                linear classes
              }
              net = cnn(input=[1, 28, 28])              # shapes are checked now; without it, at the first data

            Each layer that a line makes is added in order. With `fn forward(x, ...)` in the block, that runs instead.
            Lists and records of layers, or of models, are parts too: with `blocks = [linear(8) for i in range(3)]` there are
            `net.blocks[0].weight` and the parameter `blocks.0.weight`. `net.conv1.weight = w` sets a parameter, and so does `net["conv1.weight"] = w`.
            `w = parameter(randn([3]))` in the block is a parameter of its own; `freeze net.conv1` keeps a part from learning.
            Everywhere but in `train` and `step`, `net(x)` is inference: no dropout, no gradients. `net(x, training=true)`
            applies it as in training.

              opt = adam(net, lr=0.001)
              for batch in batches(data.train, 64, shuffle=true) {
                step opt cross_entropy(net(batch.x), batch.y)
              }

            A step may be a block, and gives what that ends with: `loss, scores = step opt { s = net(x); [mse(s, y), s] }`.
            """
        case .sweeps:
            """
              results = sweep rate in [0.1, 0.01], batch in [8, 64] {
                net = cnn()
                run = train net data.train lr=rate batch=batch epochs=5
                {lr=rate, batch=batch, accuracy=evaluate(net, data.test).accuracy, run=run}
              }
              results.sort("-accuracy")[0]

            The block runs once for each combination, on all cores at a time, in a scope and with random numbers of its
            own: the table has the same bits with any number of workers. What the block prints comes in the order of
            the runs. A run that fails is a row with its `error`, and the others go on. Swept names that the record does
            not tell come first in the table.

              workers=2     how many runs go on at a time
              seeds=3       each combination with so many seeds: means, and standard errors as `accuracy_se`
              fresh=true    forgets what an earlier, stopped sweep has finished

            Runs share the names around the block and only read them: a model from outside can be applied and cloned,
            and neither it nor a part of it can be trained or changed. A sweep has at most 100,000 runs. Stopped by Ctrl-C,
            the sweep gives the rows that are finished, and continues from them when it is run again with the same block,
            values, seed and data (what the block loads by itself is known by its path). Rows are kept in the store of runs (`?runs`) if they hold plain values; the session keeps them all.
            A sweep that has ended runs anew when it is run again, and names the kept runs of the time before.

            Several processes or machines share a sweep by parts:

              dls run sweep.dls --part 2/3                  each part of 1/3, 2/3 and 3/3, where and when you like
              dls runs merge '.dls/runs-part-*.sqlite'      once all are done
              dls run sweep.dls                             the whole table at once, and what the script does with it

            Of the combinations, numbered from 1 in the order of the table, part i of n runs i, i + n, i + 2n, ...; all seeds of a
            combination are in one part. In a part the sweep's value is the table of its own rows. It keeps its runs, and
            the rows, in a file of its own beside that of the whole: .dls/runs-part-2-of-3.sqlite. A part that was stopped or
            killed, started again, goes on; what it has finished it does not run twice. A run that fails ends neither its part
            nor the others, and is tried again by the next start.

            The part is what --part says, else the environment's DLS_PART, else the task of a SLURM array
            (SLURM_ARRAY_TASK_ID among _MIN, _MAX, _STEP and _COUNT); `--part 1/1` is the whole. Under mpirun, `--part mpi` gives
            each process its own part; without it they train together (`help mpi`), and an array's task is not looked at.
            scripts/cluster/ has scripts for SLURM, for GNU parallel or xargs, and for mpirun.

            Every part runs the script around the sweep, too; of the trainings there, a merge keeps one. Rows with a model or a
            run are kept as checkpoints in the folder `sweeps` beside the file: copy it along from another machine. A sweep
            that reads the table of an earlier sweep, or says fresh=true, is not for parts.
            """
        case .notebooks:
            """
            A notebook is a .dls file. `# %% Title` starts a cell, `# %% [markdown]` a text cell of comments in Markdown,
            `# %% [raw]` one of text for other programs, `#>` lines below the code are recorded outputs. To `dls FILE.dls`
            all of them are comments. `#\\ %%` and `#\\>` in code, and `# \\%%` in text, are such lines that start nothing.

              # %% Attention probabilities
              #~ atol=1e-4
              softmax(outer(x, x))
              #> tensor [3, 3] float32
              #>   0.3255  0.3457  0.3288

              dls replay FILE              shows each cell with its outputs
              dls replay --record FILE     writes the outputs under their cells, and figures to FILE_figures/; where a cell
                                           fails, those of the cells before it
              dls replay --check FILE      compares with them; status 3 where something drifted
              --cell NAME --from NAME --to NAME     choose cells by title or number
              --set name=value --quiet      values of `param`s; only what is wrong
              --keep-going                  goes on behind cells that fail, and ends with a summary
              --json                        how each cell went, for programs
              run "FILE.dls"               at the prompt: runs the cells in the session
              save session "FILE.dls"      at the prompt: what was typed, as a notebook

            Text is compared exactly, numbers by tolerance: 1e-4 of the number, or what the cell says in a line such as
            `#~ rtol=1e-3 atol=1e-6`. Without such a line a last digit may be one off where that is at most 0.1 %, and
            whole numbers are exact. Tags behind a title: [volatile] is not compared, [skip] not run, [raises] ends in an
            error, whose message is compared; [solution], [hidden] and [points=3] are for `help homework`. Progress and columns called `seconds` are not recorded. Of more than 200
            lines the first and the last are recorded, with a digest of the rest.
            """
        case .homework:
            """
            A teacher writes a homework as a notebook with the answers in it, and tags its cells:

              # %% Softmax [solution] [points=3]        an answer; its title tells it apart from the others
              # keep
              fn softmax(x) {
              # end keep
                exp(x - max(x)) / sum(exp(x - max(x)))
              # keep
              }
              # end keep
              # %% It sums to 1                         a check that students see
              assert close(sum(softmax([1, 2, 3])), 1)
              # %% Large numbers [hidden] [points=2]    one that they do not see
              softmax([1000, 1001])
              #> tensor [2] float64
              #>   0.2689  0.7311

              dls replay --record FILE                  writes the expected outputs under their cells
              dls homework release FILE                 writes FILE_student.dls, or --output PATH
              dls homework grade --solution FILE STUDENT...
                                                        runs the students' files, and shows the points of each question

            In the students' file the code of an answer is a comment, but for what stands between `# keep` and `# end keep`;
            hidden checks are gone, their points added to the question before them; no outputs are recorded.

            The points of a cell are given if it ends as in FILE, shows what is recorded there (numbers by tolerance, see
            `help notebooks`), and so do the cells behind it up to the next answer or the next cell with points. It may show
            more: the recorded lines must come in their order, whatever stands between them. Only lines that differ from
            recorded ones in their numbers alone are counted: three, or as many as are recorded, cost nothing. What an
            answer shows is not compared where FILE records nothing for it, and of a figure only that there is one. An
            answer that is left as it was released gives nothing. Cells of the student's own run behind those that they
            stand behind.

            Answers are found by their titles; case, white space and punctuation do not matter. Where no title fits, a cell
            that defines the same function is taken, or the cell in the same place, and the results say so. Notebooks of
            Jupyter in dls are read, too. The rest is FILE's: students who change
            checks, outputs or points change nothing. A check means dls's own functions, whatever an answer calls its own,
            unless the answer in FILE has that name too, and what FILE's other cells define has its value again behind
            each answer. Classes with operators such as `fn ==` run only where an answer in FILE has some. Write checks as `close(a, b)`: `a.close(b)`
            asks an object of the student's. A function of an answer can read the variables that checks set before they call it: write
            what is expected into the check, `assert close(f(2), 4)`. The expected outputs are not in the process that runs the student's code, which
            has the limits of `help safe` and reads no file but those beneath `--data FOLDER`. Checks that draw random
            numbers start with `seed`. What stops the process, such as an endless loop, costs the cell that it is in, and the
            other cells run once more without it. FILE itself is graded first: what it does not pass, nobody can.

              --time 5m --memory 2G                 the limits of each student's file (5 minutes, 2 GB)
              --data FOLDER                         a folder that answers and checks read; may be given several times
              --json FILE --csv FILE                the results for programs; those of other students in FILE stay
              --feedback FOLDER                     a page in HTML for each student, which tells of hidden checks only
                                                    whether they pass
              --overwrite                           replaces files that dls did not write

            Ctrl-C ends a grading, and writes the results of the files that are done.
            """
        case .export:
            """
            A notebook with its recorded outputs, for others (`dls replay --record FILE` records them first):

              dls export FILE.dls --to html        one page with the figures inside, for any browser, also offline
              dls export FILE.dls --to ipynb       a notebook of Jupyter: text, tables, figures; tags and check options too
              dls export FILE.dls --to md          Markdown, the figures beside it
              dls import FILE.ipynb                back to FILE.dls: the same file, or with what was changed in Jupyter

            Each writes beside FILE, or where `--output PATH` says. `save figure "loss.svg"` writes the last figure alone
            (.svg, .png or .pdf). Figures in files are drawn by gnuplot (package gnuplot-nox); the terminal needs nothing.
            A figure that is not in the notebook's folder, or an SVG that does more than draw, is not exported.

              dls help --html FOLDER               this help as pages for any browser, also offline
              dls help --man                       the manual page of the command, as roff
            """
        case .mpi:
            """
            Several processes train one model, on the cores of one machine or on several machines, under the mpirun that is there:

              mpirun -n 4 dls run FILE.dls             train net data batch=256 shards=4

            `shards` cuts each batch into parts, a power of two of them. Each process computes the gradients of its share of the
            shards, and all are added up in one fixed order. So 1, 2 and 4 processes, with any number of threads, train to the
            same bits: `dls run FILE.dls` too, without mpirun. Processes are a power of two, and no more than shards.

            All processes run the whole script on the same files. Only the first shows what it does, keeps runs and writes
            checkpoints; another one speaks only to say why it failed. `rank()` is the number of the process, from 0, and
            `ranks()` how many there are: `if rank() == 0 { save net "net.safetensors" }`. Only `train` shares its work; steps and
            evaluations of one's own are done by each process. A run of a sweep trains in one process.

            What shards change, with or without mpirun: dropout draws anew in each; batch_norm normalizes each shard by its own
            mean, and its running figures move by the mean of the shards; `metrics` are means over the shards. clip looks at the
            sum. `loss` and `accuracy` are over all examples, as always.

            A training that was stopped goes on with any number of processes, from the same folder of checkpoints, if `shards`
            is the same; all processes must be able to read the folder. SIGINT or SIGTERM to any process stops all after the
            same batch. Ctrl-C reaches them through mpirun: Open MPI's sends SIGTERM after a second, and kills what has not ended
            another second later; with OMPI_MCA_odls_base_sigkill_timeout=5 in the environment it waits 5 s each time. A process
            that is killed ends all: the last checkpoint is whole. A value that is not finite stops all before the step, and the
            message names the rank.

            Open MPI and MPICH (and what has its ABI, such as Intel MPI) are found when `train` first needs them; DLS_MPI names
            the library's file where it is elsewhere. srun works with --mpi=pmix or --mpi=pmi2. DLS_THREADS sets the threads of
            each process; unless set, they are as many as the cores that mpirun binds the process to.

            With DLS_MPI_STATS=1 each training ends with what the first process has sent at each step, and what part of the time
            it was waiting for the others and the network. Where that is much, larger batches help: what is sent at a step is
            less than twice the gradients, whatever the batch.
            """
        case .safe:
            """
            Notebooks of strangers run with `--safe`, or with DLS_SAFE=1 in the environment:

              dls run --safe FILE.dls
              dls replay --safe --check FILE.dls

            Then only files in the notebook's folder and below can be read, and none written. More is given by options:

              --data FOLDER     one more folder to read; may be given several times
              --output FOLDER   a folder to write to; `replay --record` needs that of the notebook
              --memory 4G       the memory that may be used (4 GB)
              --time 10m        the time that may pass (10 minutes; no limit at the prompt and in Jupyter, unless given);
                                after it dls ends with status 152

            Links count as what they lead to. `import` takes files from the notebook's folder alone, `!` is off, and there
            is no network. Trainings are kept in a temporary store, and the history stays as it is. Nothing gives back what was
            taken away, until dls ends. The system enforces it too, by Landlock and seccomp; where it has none, a note says
            so. A notebook in your home folder itself, or above it, is refused: move it to a folder of its own. The prompt and
            the kernel of Jupyter (DLS_SAFE=1 where Jupyter starts) have the folder that they are started in.

            Without `--safe` a notebook can do what you can: read it first; of files that count as a stranger's dls tells what
            they ask for (`help trust`). In any case dls replaces no file that it did not write unless overwrite=true says so,
            and control characters of data are shown and not sent to the terminal.
            """
        case .trust:
            """
            `dls run FILE` and `dls replay FILE` look at where a file comes from. It counts as a stranger's when

              - another user owns it (not root, and not where you are root),
              - it bears the mark of a download (user.xdg.origin.url, or Zone.Identifier of Windows), or
              - it lies in your folder of downloads (~/Downloads, or what user-dirs.dirs names).

            Such a file runs without a question as long as it reads no more than the folder that it lies in. If its text, or
            that of a file which it imports, asks for more, dls shows the lines that do: reads elsewhere, writes, code of other
            files, kept runs to forget, and paths that are computed. At a terminal it asks then:

              run it? [y: trust it, s: run it with --safe, N: no]

            Elsewhere it ends with status 2, unless an option has the answer:

              dls run --trust FILE.dls      runs it, and remembers that; other outputs in the notebook change nothing
              dls run --safe FILE.dls       runs it with limits that the system enforces (`help safe`)

            What is trusted is the code: changed code is asked about again. ~/.local/state/dls/trusted has the hashes; delete
            the file to forget them. All other files, pipes and `-e` are your own and run as they are.

            `import`, `run "FILE.dls"` and `load` of a workspace run the code of another file in your session. If that file
            counts as a stranger's, and its code was not approved with the script, dls asks before it runs: at the prompt, in
            a script at a terminal and in Jupyter, whatever the code asks for, as nothing keeps it to its folder there. Where
            nobody can be asked the statement fails, unless the script runs with `--trust` (which approves the file too), or
            within limits: `--safe`, or those of a stranger's script that asks for no more than its folder.

            It keeps you from running a stranger's file by mistake, and shows where to look. It does not know whether a file
            is good: one that you copied, unpacked or cloned elsewhere counts as yours, and one that is trusted can do what you
            can. Data may be changed later without a question, and a lot of time or memory may be used: `--safe` has limits
            for both.
            """
        case .settings: Setting.page
        case .jupyter:
            """
            dls is a kernel for JupyterLab, VS Code and other programs that speak Jupyter's protocol:

              dls jupyter install              writes the kernel's description for this user, and says where
              dls jupyter install --prefix P   into P/share/jupyter/kernels/dls, such as that of a Python environment

            Then dls is among the kernels of a new notebook. Values are shown as at the prompt, tables as HTML, figures as SVG
            (drawn by gnuplot). A training shows its progress and its loss curve in one place and leaves the curve there. The
            button that interrupts does what Ctrl-C does: a training stops after the current batch and keeps its run, and the
            cells that wait are not run. Tab completes, Shift-Tab shows the help, `input` asks in the notebook. A line that
            begins with `!` is a command of the shell, whose output comes while it runs.

            A wheel or a .deb of dls brings the description along. The kernel needs libzmq (package libzmq5, or in a wheel that of
            the client) and OpenSSL's libcrypto. `dls jupyter FILE` runs it for the connection file that a client wrote.
            `dls jupyter --lines` runs it without either, for editors: messages in JSON, a line each, over standard input and output.
            `dls export FILE.dls --to ipynb` makes a notebook of Jupyter, `dls import` goes back.
            """
        case .editors:
            """
            `dls lsp` is a language server: editors that speak the Language Server Protocol start it and show what it says.

              problems while typing            the syntax; names that are assigned nowhere; arguments that functions and methods
                                               do not have; shapes that cannot meet, where the sizes are known
              help                             under the mouse; the arguments of the call that is being written
              completion                       names of the file and built-in ones, fields and methods where the type is known,
                                               arguments and their values, files
              definitions and symbols          where a name comes from; the cells with their functions, models and classes
              white space                      lines indented by braces, without blanks at their ends

            The server runs nothing of a file. VS Code: link scripts/editor of the sources to ~/.vscode/extensions/dls and run
            `npm install` there; the setting dls.path names the program where `dls` is not on the PATH. Above each cell of a
            .dls file stands `Run cell` (Shift-Enter): a kernel runs it, and its outputs come in a window beside the text. In
            notebooks of Jupyter the kernel is called dls. Neovim 0.11:

              vim.lsp.config("dls", { cmd = { "dls", "lsp" }, filetypes = { "dls" } })
              vim.filetype.add({ extension = { dls = "dls" } })
              vim.lsp.enable("dls")

            Other editors take the command `dls lsp` for files that end in .dls.
            """
        }
    }
}
