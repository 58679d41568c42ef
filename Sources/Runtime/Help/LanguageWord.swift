/// Words that are no built-ins and have a page of the help: those of the language and of the prompt.
package enum LanguageWord {
    /// The page of a word; nil if the word has none.
    package static func text(on word: String) -> String? {
        if let page = pages[word] { return page }
        switch word {
        case "model": return HelpPage.models.text
        case "class", "self", "super": return HelpPage.classes.text
        case "sweep": return HelpPage.sweeps.text
        case "else", "elif": return pages["if"]
        case "catch", "except", "finally": return pages["try"]
        case "throw": return pages["raise"]
        case "or", "not", "is": return pages["and"]
        case "continue": return pages["break"]
        case "false": return pages["true"]
        case "def", "lambda": return pages["fn"]
        default: return nil
        }
    }

    /// What the search and the suggestions go through.
    package static var names: [String] {
        pages.keys.sorted() + [
            "model", "class", "self", "super", "sweep", "else", "catch", "finally", "or", "not", "is", "continue",
            "false",
        ]
    }

    /// Those whose pages are not those of another word.
    package static var titles: [String] { pages.keys.sorted() }

    private static let pages: [String: String] = [
        "param": """
        param NAME = VALUE
          A setting of a script, which the command line can change.

          param epochs = 20
          param lr = 0.001
          train net data epochs=epochs lr=lr

        `dls FILE.dls --set epochs=2 --set lr=0.01` runs it with other values; without `--set`, the value in the file
        counts. A name in `--set` that the script does not have is an error. Each kept run records the values of
        the params (`runs`). In a file that another one imports, a param is set the same way.

        See also: sweep, runs, replay
        """,
        "raise": """
        raise "MESSAGE"
        raise ValueError("MESSAGE")
          Stops with an error; the same as `error("MESSAGE")`.

          fn check(x) {
            if x < 0 { raise ValueError("x is negative") }
            x
          }

        `raise ValueError` alone has the name as its message. Inside `catch`, `raise` alone raises the error again
        that is being handled.

        See also: try, error, assert
        """,
        "step": """
        step OPTIMIZER LOSS
        step OPTIMIZER { ... }
          Computes the loss, its gradients, and takes one step of the optimizer.

          opt = adam(net, lr=0.001)
          for batch in batches(data, 64, shuffle=true) {
            step opt cross_entropy(net(batch.x), batch.y)
          }

        It stands for `loss.backward()`, `opt.step()` and `opt.zero_grad()` of PyTorch: gradients are neither kept nor
        added up. In a step the model is in training mode: dropout acts, and batch_norm uses the batch, unless
        `net.eval()` has put it, or a part of it, in the other one; `net.train()` puts it back.
        The statement returns the loss. A block may end with a list, whose first element is the loss:
        `loss, scores = step opt { s = net(x); [cross_entropy(s, y), s] }`.

        Errors: the loss is not a single number, or it does not depend on what the optimizer trains.

        See also: train, adam, sgd, batches, grad
        """,
        "replay": """
        dls replay FILE.dls
          Runs a notebook cell by cell and compares, shows or records its outputs.

          dls replay FILE              shows each cell with its outputs
          dls replay --record FILE     writes the outputs under their cells, as `#>` lines
          dls replay --check FILE      compares with the recorded outputs; exit status 3 if one differs
          --cell NAME --from NAME --to NAME     choose cells by title or number
          --set name=value             sets a `param`
          --keep-going                 continues after a cell that failed
          --quiet                      shows only the summary

        At the prompt, `run "FILE.dls"` runs the cells in the session. `help notebooks` explains the format of the
        file, the tolerances and the tags.

        See also: notebooks, export, param
        """,
        "keys": """
        Keys at the prompt, those of GNU readline:

          Tab            completes a name, field, argument or path; twice lists all
          Right          takes the earlier input that is suggested in grey
          Up  Down       earlier and later inputs; inside an input of several lines, its lines
          Ctrl-R         searches earlier inputs; again for the one before
          Enter          runs the input; inside an open bracket it starts a new line
          Alt-Enter      starts a new line anywhere
          Ctrl-C         at the prompt, drops the input; while something runs, stops it: a training stops
                         after the current batch and keeps its run
          Ctrl-D         on an empty line, leaves
          Ctrl-Z         suspends dls; `fg` in the shell continues it
          Ctrl-A Ctrl-E  start and end of the line
          Ctrl-W Ctrl-U  delete the word, or the line, before the cursor
          Ctrl-K Ctrl-Y  delete to the end of the line; put back what was deleted
          Ctrl-L         clears the screen

        In the arguments of a call, the signature stands below the input, with the current argument underlined.

        `_` is the last value, `_3` that of input 3. `?NAME` shows help, `!COMMAND` runs a command of the shell.
        ~/.inputrc changes keys, as for every program that uses readline.
        """,
        "!": """
        !COMMAND
          Runs a command of the shell at the prompt, or on a line of a cell in Jupyter.

          !ls data
          !pwd

        The command has the terminal until it ends. It sees no variables of the session. A status other than 0
        is shown. In Jupyter it has nothing to read; the button that interrupts stops it. In a file it is not
        allowed: a script does the same on every machine.

        See also: files, read, save
        """,
        "?": """
        ?NAME
          Shows the help on a name, as `help NAME` does.

          ?conv
          ?checkpoint
        """,
        "if": """
        if CONDITION { ... } else if CONDITION { ... } else { ... }
          Runs the first block whose condition is true. As an expression, it returns the value of that block.

          x = 3
          if x > 2 { print "large" } else { print "small" }
          sign = if x < 0 { -1 } else { 1 }
          sign = -1 if x < 0 else 1

        `elif` is `else if`.

        0, none, "", and empty lists, records and sets are false; all else is true. A tensor must have one
        element: use `any` or `all`.

        See also: and, where, while
        """,
        "for": """
        for NAME in VALUES { ... }
          Runs the block for each element of a list, range, string, record, set, tensor, table or dataset.

          for x in [1, 2, 3] { print x }
          for i, x in enumerate(["a", "b"]) { print i x }
          for key, value in {a=1} { print key value }
          squares = [x * x for x in range(4) if x > 0]

        See also: while, break, range, enumerate, zip, batches
        """,
        "while": """
        while CONDITION { ... }
          Runs the block as long as the condition is true.

          i = 0
          while i < 3 { i += 1 }

        See also: for, break
        """,
        "break": """
        break, continue
          `break` leaves the loop around it. `continue` goes to the next round of the loop.

          for x in range(10) {
            if x == 1 { continue }
            if x == 3 { break }
            print x
          }

        See also: for, while, return
        """,
        "fn": """
        fn NAME(PARAMETERS) { ... }
        fn NAME(PARAMETERS) = EXPRESSION
        PARAMETERS -> EXPRESSION
          Defines a function. It returns the value of its last statement, or that of `return`.

          fn scaled(x, factor=2) { x * factor }
          fn square(x) = x * x
          cube = x -> x ** 3
          fn total(first, *rest, **options) { first + sum(rest) }

        A function reads the names around it; a name that it assigns is its own. Values that it gets are its own
        too: it cannot change a list of its caller.

        See also: return, map, class, language
        """,
        "return": """
        return VALUE
          Ends the function and returns the value, or none. The last statement of a function needs no `return`.

          fn first_even(xs) {
            for x in xs { if x % 2 == 0 { return x } }
            none
          }
          first_even([1, 4, 6])
        """,
        "import": """
        import "FILE.dls"
        import "FILE.dls" as NAME
          Runs another file once and brings its names here, or under one name.

          import "layers.dls"
          import "layers.dls" as layers
          layers.block(8)

        The path starts at the folder of the importing file. A file that imports itself, directly or through others, is
        an error. `import numpy as np` is not needed: `np.`, `torch.`, `math.` work at once (`help numpy`).
        """,
        "debug": """
        debug
          Looks at the last error of the prompt, where that was inside a function: its variables as they were.

          fn mean_of(xs) { total = sum(xs); total / (len(xs) - 3) }
          mean_of([1, 2, 3])
          debug
          total
          quit

        The prompt then has the name of the function. Expressions see the variables of the call; what is assigned changes
        copies of them. In a function of a model or a class they are joined by `self` and by the parts, settings and fields
        around it. `up` goes to the call that led there, `down` back, `vars` lists the variables, and `quit` or
        Ctrl-D leaves. At most 50 calls are kept, until the next error.

        See also: vars, try, assert
        """,
        "del": """
        del NAME
        del NAME, NAME
        del VALUE[KEY]
          Removes variables. A built-in function of the same name can be called again. With a key, it takes a field out of
          a record or an element out of a list, as `d.pop(k)` does.

          size = 3
          del size
          size(ones([2, 3]))

        Inside a function it removes variables of that function.

        Errors: there is no such variable.

        See also: vars, pop, remove
        """,
        "with": """
        with CONTEXT as NAME { ... }
          Runs the block in what CONTEXT gives; `as NAME` can be left out. The names that the block assigns stay.
          `torch.no_grad()` stops the gradients of what it computes, `open(path)` gives a file. Of an object of your own it
          calls `enter()`, and `exit(kind, error, trace)` in any case; an error ends there if that gives true.

          with torch.no_grad() { c = ones([2]) * 2 }

        See also: try, class
        """,
        "try": """
        try { ... } catch NAME { ... } finally { ... }
          Runs the second block if the first one fails. NAME is the error. The block of `finally` runs in any case, also
          behind an error, Ctrl-C, `return` and `break`. One of `catch` and `finally` can be left out.

          try { number("x") } catch e { print e.message }
          try { number("3") } finally { print "done" }

        Ctrl-C is not caught. Assignments of the statement that failed are not made.

        See also: error, assert
        """,
        "assert": """
        assert CONDITION, "MESSAGE"
          Stops with an error if the condition is false.

          x = ones([2, 3])
          assert x.shape == [2, 3], "x has another shape"

        See also: error, try, close
        """,
        "and": """
        a and b, a or b, not a
          Logic of single values. `and` and `or` compute the second operand only if it decides.

          true and not false
          none or "default"

        `a and b` returns a if a is false, else b; `a or b` returns a if a is true, else b. Of tensors, use `&`, `|`
        and `~`, element by element. Of whole numbers `|`, `&`, `^`, `~`, `<<` and `>>` take the bits, as in Python.
        `a is none` and `a is not b` ask whether two names stand for `none`, for one truth value or for one object.

        See also: if, any, all, logical_and
        """,
        "in": """
        VALUE in VALUES
          Whether a list, set or range has the element, a record has the key, or a string has the part.

          2 in [1, 2]
          "a" in {a=1}
          "ell" in "hello"

        In `for x in xs` it names what the loop goes through.

        See also: for, index, find
        """,
        "true": """
        true, false
          The two booleans. In arithmetic they are 1 and 0.

        See also: bool, if, and
        """,
        "none": """
        none
          The value that stands for nothing: a missing cell, an argument that is not given, a function without a result.

          x = none
          x == none

        `x is none` and `x is not none` ask the same; of objects, `a is b` asks whether they are one.

        See also: if, get
        """,
    ]
}
