import Language

/// Models that are written in the language itself; `?name` shows them, to copy and to change.
enum Prelude {
    /// A translator after Sutskever et al. 2014, with attention after Luong et al. 2015.
    static let seq2seq = """
        # Made out here, where these names are the layers and not the model's settings.
        fn dropout_layer(rate) = dropout(rate)
        fn attention_layer(score) = attention(score=score)

        model seq2seq(pairs, hidden=128, embed_size=none, dropout=0.3, attention=none, layers=1, tied=true) {
          size = if embed_size == none { hidden } else { embed_size }
          assert hidden % 2 == 0, "`hidden` of seq2seq is even: half of it reads forwards, half backwards"
          assert not tied or size == hidden, "with tied weights `embed_size` is `hidden`; or give tied=false"
          drop = dropout_layer(dropout)
          embed_source = embedding len(pairs.source_vocabulary) size padding=0
          encoder = lstm(hidden / 2, layers=layers, bidirectional=true, dropout=if layers > 1 { dropout } else { 0 })
          embed_target = embedding len(pairs.target_vocabulary) size padding=0
          decoder = lstm(hidden, layers=layers, dropout=if layers > 1 { dropout } else { 0 })
          if attention != none {
            attend = attention_layer(attention)
            attend_out = linear hidden
          }
          generator = linear(len(pairs.target_vocabulary), tied=if tied { embed_target } else { none })

          # Reads the sentences: source [n, time], lengths [n].
          fn encode(source, lengths) {
            memory, states = encoder(drop(embed_source(source)), lengths)
            joined = [concat([state[0::2], state[1::2]], axis=-1) for state in states]
            {memory=drop(memory), mask=padding_mask(lengths, source.shape[1]), state=joined}
          }

          # Scores [n, time, vocabulary] for what follows each of the tokens [n, time], and what the next call needs.
          # Rows end after `lengths` tokens, where these are given.
          fn decode(tokens, read, lengths=none) {
            output, state = decoder(drop(embed_target(tokens)), lengths, read.state)
            read.state = state
            if attention != none {
              context, weights = attend(output, read.memory, read.mask)
              output = tanh(attend_out(concat([output, context], axis=-1)))
              read.weights = weights
            }
            [generator(drop(output)), read]
          }

          fn forward(source, source_lengths, target) {
            decode(target, encode(source, source_lengths), maximum(sum(target != 0, axis=1), 1))[0]
          }
        }
        """
}

extension Interpreter {
    /// A function of a module that is written in the language, which is read when the first of them is wanted.
    ///
    /// - Parameters:
    ///   - isHidden: Whether errors point at the caller's line and not into the module.
    ///   - natives: Functions that the module calls and that are not written in the language.
    func preludeFunction(
        _ name: String, of moduleName: String = "seq2seq", _ text: String = Prelude.seq2seq, isHidden: Bool = false,
        with natives: [NativeFunction] = []
    ) throws -> Value {
        if let known = prelude[moduleName] { return known[name] ?? .none }
        let module = Namespace(name: moduleName)
        let source = SourceText(name: moduleName, text: text, isHidden: isHidden)
        let parsed = Parser.parse(source)
        if let diagnostic = parsed.diagnostics.first { throw Failure(diagnostic) }
        for native in natives { module.define(native.name, .function(native.function(called: native.name))) }
        let outer = depth
        defer { depth = outer }
        for statement in parsed.block.statements { _ = try run(statement, of: source, in: module) }
        prelude[moduleName] = module
        return module[name] ?? .none
    }
}
