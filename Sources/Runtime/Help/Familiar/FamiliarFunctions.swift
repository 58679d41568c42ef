/// Functions of Python's libraries whose arguments differ from those of dls, written in dls: a row of the list of
/// `FamiliarNames` names the one that answers it.
enum FamiliarFunctions {
    /// - Parameters:
    ///   - name: In `source`.
    ///   - word: What the library calls it.
    static func function(_ name: String, called word: String) -> Function {
        Function(native: signature(of: name, called: word), of: .none) { _, arguments, interpreter in
            do {
                let function = try interpreter.preludeFunction(name, of: "familiar", source)
                return try interpreter.call(function, arguments)
            } catch var failure as Failure {
                // What is wrong is wrong where the function is called.
                failure.diagnostic.location = nil
                failure.diagnostic.trace = []
                throw failure
            }
        }
    }

    /// `sub(pattern, new, text, count=0)` of the line that defines the function.
    private static func signature(of name: String, called word: String) -> String {
        let definition = source.split(separator: "\n").first { $0.hasPrefix("fn \(name)(") } ?? ""
        let parameters = definition.dropFirst(3 + name.count)
        return word + (parameters.firstIndex(of: ")").map { String(parameters[...$0]) } ?? "()")
    }

    static let source = #"""
        fn random_split(data, sizes, generator=none) {
          if len(sizes) != 2 { error("`split` makes two parts: split a part again for more") }
          split(data, sizes[0])
        }
        fn attend(query, key, value, attn_mask=none, dropout_p=0, is_causal=false, scale=none) {
          if dropout_p != 0 { error("no dropout is drawn here: give `dropout(weights)` a layer of its own") }
          scores = query @ key.transpose(-1, -2) * (1 / sqrt(query.shape[-1]) if scale == none else scale)
          if is_causal { scores = mask_fill(scores, triu(ones(scores.shape[-2:]), 1) > 0, -inf) }
          if attn_mask != none {
            scores = mask_fill(scores, ~attn_mask, -inf) if attn_mask.dtype == "bool" else scores + attn_mask
          }
          softmax(scores, axis=-1) @ value
        }
        fn vstack(tensors) = concat([x[none] if x.ndim < 2 else x for x in [array(t) for t in tensors]])
        fn hstack(tensors) {
          parts = [array(t) for t in tensors]
          concat(parts, axis=0 if parts[0].ndim < 2 else 1)
        }
        fn column_stack(tensors) = concat([x[:, none] if x.ndim < 2 else x for x in [array(t) for t in tensors]], axis=1)
        fn torch_sort(x, dim=-1, descending=false) {
          indices = argsort(-x if descending else x, axis=dim)
          {values=gather(x, dim, indices), indices=indices}
        }
        fn torch_split(x, size, dim=0) {
          if not isinstance(size, int) { error("sizes of parts are given to `split_at` as places: write `split_at(x, places, axis=0)`") }
          split_at(x, list(range(size, x.shape[dim], size)), axis=dim)
        }
        fn torch_pad(x, widths, mode="constant", value=0) {
          if mode != "constant" { error("`F.pad` pads with a value here: `pad` has other borders: see `?pad`") }
          own = [[widths[2 * i], widths[2 * i + 1]] for i in reversed(range(len(widths) // 2))]
          pad(x, [[0, 0] for i in range(x.ndim - len(own))] + own, value=value)
        }

        model sequential(layers) {
          blocks = layers
          fn forward(x) {
            for layer in blocks { x = layer(x) }
            x
          }
        }
        fn sequential_of(*layers) = sequential(layers)
        fn check_batch_first(batch_first, name) {
          if not batch_first { error("sequences are [N, T, F] here: give `nn.{name}` batch_first=true") }
        }
        fn lstm_of(inputs, hidden, num_layers=1, bias=true, batch_first=false, dropout=0, bidirectional=false) {
          check_batch_first(batch_first, "LSTM")
          lstm(hidden, layers=num_layers, bias=bias, dropout=dropout, bidirectional=bidirectional)
        }
        fn gru_of(inputs, hidden, num_layers=1, bias=true, batch_first=false, dropout=0, bidirectional=false) {
          check_batch_first(batch_first, "GRU")
          gru(hidden, layers=num_layers, bias=bias, dropout=dropout, bidirectional=bidirectional)
        }
        fn rnn_of(inputs, hidden, num_layers=1, bias=true, batch_first=false, dropout=0, bidirectional=false) {
          check_batch_first(batch_first, "RNN")
          rnn(hidden, layers=num_layers, bias=bias, dropout=dropout, bidirectional=bidirectional)
        }
        fn conv_transpose_of(inputs, channels, kernel_size, stride=1, padding=0, output_padding=0, groups=1, bias=true, dilation=1) =
          conv_transpose(channels, kernel_size, stride=stride, padding=padding, output_padding=output_padding, groups=groups, bias=bias, dilation=dilation)
        fn leaky_relu_of(negative_slope=0.01, inplace=false) = leaky_relu(slope=negative_slope)

        fn loader(data, batch_size=1, shuffle=false, num_workers=0, pin_memory=false, drop_last=false, collate_fn=none) =
          batches(data, batch_size, shuffle=shuffle, drop_last=drop_last, collate=collate_fn)
        fn without_bar(values, **options) = values
        fn is_there(*device) = false
        fn device_name(name, index=0) {
          if name != "cpu" { error("everything runs on this machine's processor", help="write torch.device(\"cpu\")") }
          name
        }

        fn pattern_findall(pattern, text) = find_all(text, pattern)
        fn pattern_sub(pattern, new, text, count=0) = substitute(text, pattern, new, count=count if count > 0 else none)
        fn pattern_match(pattern, text) = match(text, pattern)
        fn pattern_search(pattern, text) = search(text, pattern)
        fn pattern_fullmatch(pattern, text) = fullmatch(text, pattern)
        fn pattern_split(pattern, text, maxsplit=0) = split(text, pattern=pattern, maxsplit=maxsplit if maxsplit > 0 else none)

        fn random_int(low, high) = randint(low, high + 1)
        fn random_sample(values, count) = choice(values, count, replace=false)

        fn read_csv(path, sep=none, header=none, na_values=none) =
          load(path, separator=sep, header=header, missing=na_values)
        fn sort_values(data, by, ascending=true) = sort(data, by=by, descending=not ascending)

        fn names_in(folder=".") = [basename(path) for path in files(folder)]
        fn folder(path, mode=none, exist_ok=false) = make_folder(path)
        fn is_folder(path) = exists(path + "/")
        fn is_file(path) = exists(path) and not exists(path + "/")
        """#
}
