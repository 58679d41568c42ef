/// How an exported page looks, on paper, on a phone, by day and by night.
enum HTMLStyle {
    static let css = """
        :root {
          color-scheme: light dark;
          --page: #ffffff; --ink: #1f2328; --faint: #656d76; --line: #d8dee4; --code: #f6f8fa; --accent: #0969da;
          --keyword: #a0168c; --verb: #0550ae; --call: #6639ba; --string: #0a6b3d; --number: #953800;
          --comment: #6a737d; --error: #b3261e;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --page: #15181c; --ink: #e4e7eb; --faint: #9aa4af; --line: #333a42; --code: #1e2329; --accent: #6cb0ff;
            --keyword: #f08bd5; --verb: #79c0ff; --call: #c9a7ff; --string: #7ee2a8; --number: #ffb27a;
            --comment: #8b949e; --error: #ff8a80;
          }
        }
        * { box-sizing: border-box; }
        body {
          margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 54rem; background: var(--page); color: var(--ink);
          font: 16px/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
          overflow-wrap: break-word; -webkit-text-size-adjust: 100%;
        }
        h1, h2, h3, h4, h5, h6 { line-height: 1.25; margin: 1.6em 0 0.6em; }
        h1 { font-size: 1.8rem; margin-top: 0.4em; }
        h2 { font-size: 1.4rem; border-bottom: 1px solid var(--line); padding-bottom: 0.25em; }
        h3 { font-size: 1.15rem; }
        .cell > h3 { font-size: 1rem; margin: 1.8em 0 0.5em; }
        .tag {
          font-size: 0.75rem; font-weight: 400; color: var(--faint); border: 1px solid var(--line);
          border-radius: 1em; padding: 0.05em 0.6em; margin-left: 0.5em; white-space: nowrap;
        }
        p, ul, ol, blockquote, pre, table { margin: 0 0 0.9em; }
        a { color: var(--accent); }
        hr { border: 0; border-top: 1px solid var(--line); margin: 1.5em 0; }
        blockquote { margin-left: 0; padding-left: 1em; border-left: 3px solid var(--line); color: var(--faint); }
        code, pre {
          font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", "Noto Sans Mono", monospace;
          font-size: 0.875rem;
        }
        code { background: var(--code); padding: 0.1em 0.3em; border-radius: 4px; }
        pre { overflow-x: auto; line-height: 1.45; padding: 0.75em 1em; border-radius: 6px; background: var(--code); }
        pre code { background: none; padding: 0; font-size: inherit; }
        .output pre {
          background: none; border-left: 3px solid var(--line); border-radius: 0; padding: 0.1em 0 0.1em 1em;
        }
        .output .error { border-left-color: var(--error); color: var(--error); }
        .error code { font-weight: 600; }
        .formula { font-family: "Latin Modern Math", "STIX Two Math", Cambria, Georgia, serif; font-style: italic; }
        p.formula { text-align: center; white-space: pre-line; }
        .matrix { display: inline-table; vertical-align: middle; margin: 0 0.2em; border-spacing: 0.6em 0; }
        .matrix .row { display: table-row; } .matrix .entry { display: table-cell; text-align: center; }
        .square, .bars { border-left: 1px solid; border-right: 1px solid; padding: 0.1em 0; position: relative; }
        .square::before, .square::after {
          content: ""; position: absolute; left: 0; right: 0; height: 100%; top: 0; pointer-events: none;
          background: linear-gradient(currentColor, currentColor) top left / 0.3em 1px no-repeat,
            linear-gradient(currentColor, currentColor) bottom left / 0.3em 1px no-repeat,
            linear-gradient(currentColor, currentColor) top right / 0.3em 1px no-repeat,
            linear-gradient(currentColor, currentColor) bottom right / 0.3em 1px no-repeat;
        }
        .double { border-left-width: 3px; border-right-width: 3px; border-style: none double; }
        .round { border-left: 1px solid; border-right: 1px solid; border-radius: 0.8em / 50%; padding: 0.1em 0; }
        .brace { display: inline-block; vertical-align: middle; transform: scaleY(var(--rows)); }
        .matrix.cases .entry, .matrix.lines .entry { text-align: left; }
        .matrix.lines .entry:first-child:not(:last-child) { text-align: right; }
        .matrix.lines { border-spacing: 0.3em 0; }
        .over { border-top: 1px solid; } .under { border-bottom: 1px solid; }
        .wide { overflow-x: auto; margin: 0 0 0.9em; }
        table { border-collapse: collapse; font-size: 0.9rem; font-variant-numeric: tabular-nums; margin: 0; }
        th, td { padding: 0.3em 0.8em; border-bottom: 1px solid var(--line); text-align: left; white-space: nowrap; }
        .long { white-space: normal; min-width: 12em; }
        th { border-bottom-width: 2px; }
        .right { text-align: right; }
        .center { text-align: center; }
        figure { margin: 0 0 1em; }
        img { max-width: 100%; height: auto; }
        figure img { display: block; background: #ffffff; border-radius: 6px; }
        @media (prefers-color-scheme: dark) { figure img { filter: brightness(0.92); } }
        .k { color: var(--keyword); } .v { color: var(--verb); font-weight: 600; } .f { color: var(--call); }
        .s { color: var(--string); } .n { color: var(--number); } .c { color: var(--comment); font-style: italic; }
        @media (max-width: 40rem) {
          body { padding: 1rem 0.8rem 3rem; }
          h1 { font-size: 1.45rem; } h2 { font-size: 1.2rem; }
          code, pre { font-size: 0.8rem; } pre { padding: 0.6em 0.7em; }
        }
        @media print {
          body { max-width: none; padding: 0; } pre { white-space: pre-wrap; }
          figure, .output, table { break-inside: avoid; }
        }
        """
}
