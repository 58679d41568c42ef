extension ArgumentText {
    /// Names that mean the same in every built-in, or in all of one topic.
    static let shared = """
        axis | whole number | The axis to work along; negative ones count from the last.
        keepdims | boolean | Whether reduced axes stay, with size 1.
        dtype | string | "float32", "float64", "int64", "uint8" or "bool".
        shape | list of whole numbers | The size of each axis.
        seed | whole number or none | The seed of the random draws; none continues the session's random numbers.
        eps | number | A small positive number that keeps the denominator from being 0.
        path | string | The path of a file; relative paths start at the working folder.
        text | string | The text to work on.
        model | model | The model to work on.
        data | dataset | The dataset to work on.
        title | string or none | The heading above the picture.
        labels | list of strings or none | The names to write in the picture.
        encoding | string or none | "utf-8", "utf-16" or "latin-1"; none: UTF-8, or UTF-16 if the file starts with its mark.
        batch | whole number | How many examples are computed at once; at least 1.
        reduction | string | "mean", "sum", or "none" for a loss for each example.
        prediction | tensor | What the model gives.
        beam | whole number | How many hypotheses are followed at once; 1 takes the most probable token at each step.
        length_penalty | number | The exponent a in log p / length ** a, by which hypotheses are compared.
        max_length | whole number | The most tokens that an answer may have.
        bias | boolean | Whether a learned bias is added.
        init | string, number, record, function or none | How the weight starts; see `?linear`. none: as in PyTorch.
        inputs | whole number or none | The input's features or channels; none takes those of the first input.
        stride | whole number or pair | How far the window moves at each step, in elements.
        padding | whole number or pair | Elements added at each end of an axis.
        dilation | whole number or pair | The distance between neighbouring elements of the filter; at least 1.
        groups | whole number | The number of groups of channels, each with filters of its own; divides both channel counts.
        kernel | whole number or pair | The size of the filter, in elements.
        dropout | number | The share of elements that is set to 0 in training, from 0 to 1.
        lr | number | The learning rate: how far one step goes.
        weight_decay | number | How strongly each step pulls weights to 0.
        momentum | number | The share of the previous step that is kept, from 0 to 1.
        clip | number or none | The greatest norm of all gradients together; larger ones are scaled down.
        betas | pair of numbers or none | The decay rates of the averages of gradients and of their squares.
        rtol | number or none | The relative tolerance.
        atol | number | The absolute tolerance.
        separator | string or none | What stands between the parts; none: white space.
        record | record | The record to read.
        list | list | The list that is changed.
        fields | named arguments | Fields by their names.
        hidden | whole number | The size of the hidden state.
        layers | whole number | How many layers are stacked; at least 1.
        output | string | "all" gives every step; "last" gives the state after the last step.
        bidirectional | boolean | Whether a second pass reads the sequence backwards.
        features | whole number | The size of the result's last axis.
        heads | whole number | The number of attention heads; divides `size`.
        causal | boolean | Whether later positions are hidden from earlier ones.
        activation | string | "relu" or "gelu".
        norm_first | boolean | Whether normalization comes before each part instead of after it.
        feedforward | whole number | The number of hidden features of the two linear layers.
        probability | number | The share that is set to 0, from 0 to 1.
        entries | whole number | The number of rows of the table.
        dimensions | whole number | The size of each row of the table.
        affine | boolean | Whether a learned weight and bias are applied to each channel.
        ceil_mode | boolean | Whether windows that reach beyond the end are kept.
        start | number | The first number.
        step | number | The distance between neighbouring numbers; not 0.

        width | whole number | The width, in characters or elements.
        fill | string | One character that fills the width.
        pattern | string | A regular expression in Python's syntax; write it in '...'.
        new | string | What takes the place.
        part | string | The text to look for.
        characters | string or none | The characters to take off; none: white space.
        by | string | "character" or "word".
        specials | list of strings | Tokens that come first in the vocabulary, such as "<unk>".
        max_size | whole number or none | The most tokens to keep; none keeps all.
        min_count | whole number | Tokens that come less often are left out; at least 1.
        shuffle | boolean | Whether the examples come in random order.
        drop_last | boolean | Whether a last batch that is not full is left out.
        augment | list, function or none | Changes of the examples: augmentations such as `random_flip`, or functions of a batch.
        collate | function or none | Makes the batch {x, y} of the list of its examples.
        weights | list or none | How likely each example is drawn.
        sampler | list, object or none | The places of the examples of a pass, in order; an object gives them anew for each.
        optimizer | string | "adam", "adamw", "sgd", "rmsprop", "adagrad", "adadelta", "nadam", "lion", "adamax", "radam" or "rprop".
        clip_value | number or none | The greatest absolute value of each gradient; larger ones are cut.
        loss | string, function or none | The loss by its name, or a function of scores and targets; none chooses by the targets.
        margin | number | The distance that is asked for.
        ignore_index | whole number | The class whose targets do not count.
        table | table | The table to work on.
        input | list or none | The size of one example, such as [1, 28, 28]; none: of the data the model has seen.
        correction | number | What is subtracted from the count in the denominator; 1 as in PyTorch, 0 as in NumPy.
        degrees | number or pair | The greatest angle to each side, in degrees, or a range of angles.
        ratio | pair of numbers or none | The least and the greatest ratio of the sides.
        UPLO | string | "L" reads the lower triangle, "U" the upper one.
        rowvar | boolean | Whether each row is a variable; if not, each column.
        rcond | number or none | Singular values up to this share of the greatest count as 0; none: by the precision of the dtype.
        logits | tensor | Scores before softmax, [..., classes].
        descending | boolean | Whether the greatest comes first.
        key | function or none | Gives for each element the value that is compared.
        unit | string | "character" or "word": what a sentence is split into.
        normalize | boolean | Whether sentences are reduced to lower-case letters and . ! ?.
        bins | whole number or list | The number of bins, or the list of their edges.
        std | number | The standard deviation.
        run | whole number or run | A kept run or its number.
        figures | list of figures | The figures.
        fft.n,rfft.n | whole number or none | The length to pad or cut the last axis to; none keeps it.
        time | whole number | The number of steps.

        @language.returns | none | Nothing.
        @text.returns | string | The new text; the given text stays as it is.
        @files.returns | string | -
        @math.returns | tensor | The shape of x; a number for plain numbers.
        @math-pair.returns | tensor | The shape of a and b broadcast; a number for plain numbers.
        @math.x | tensor, list or number | The input, of any shape.
        @math-pair.a,@math-pair.b | tensor, list or number | The operands; their shapes broadcast.
        @math-pair.errors | - | The shapes of a and b do not broadcast: axes must be equal or 1, compared from the last.
        @reductions.returns | tensor | x without the reduced axes; a number for plain numbers that give one.
        @reductions.x | tensor or list | The input, of any shape.
        @reductions.axis | whole number, list or none | The axis or axes to reduce; none reduces all. Negative ones count from the last.
        @reductions.errors | - | x has no such axis, or a reduction without a start, such as `max`, gets no elements.
        @shapes.returns | tensor | The same dtype as x.
        @shapes.x | tensor or list | The input.
        @shapes.errors | - | x has no such axis, or the sizes do not fit.
        @tensors.returns | tensor | A new tensor.
        @tensors.x | tensor, list or number | The input, of any shape.
        @tensors.errors | - | A size is negative or not whole, or the tensor does not fit in memory.
        @algebra.returns | tensor | float32 for float32, else float64.
        @algebra.x | tensor or list | A matrix [m, n], or a batch of them [..., m, n].
        @algebra.a,@algebra.b | tensor or list | The operands.
        @algebra.errors | - | The shapes do not fit.
        @random.returns | tensor | The same bits for the same seed on every run.
        @random.errors | - | A size is negative, or the limits or weights are no valid range.
        @gradients.returns | function | A function with the same arguments as f.
        @gradients.errors | - | f gives no single number, or the number does not depend on the first argument.
        @layers.returns | layer | A layer, which applies to a tensor: `layer(x)`. In a model's block a line adds it.
        @layers.x | tensor or none | The input; without it the result is a layer.
        @layers.errors | - | The input has another shape than the layer takes; the message shows both.
        @losses.returns | tensor | One number, or one for each example with reduction="none".
        @losses.a,@losses.b | tensor | Vectors on the last axis, [N, features].
        @losses.errors | - | The shapes of the arguments do not fit together.
        @training.errors | - | The model and the data do not fit: shapes, or the number of classes.
        @translation.returns | number | -
        @translation.errors | - | The model has no vocabularies and the call gives none.
        @runs.errors | - | There is no run with such a number, or the store of runs cannot be read.
        @data.returns | dataset | -
        @data.errors | - | The argument is no such data, or the sizes do not fit.
        @tables.returns | table | A new table.
        @tables.errors | - | The table has no column with such a name.
        @pictures.returns | figure | The figure; a statement draws it.
        @pictures.errors | - | The series have different lengths, or the values cannot be drawn.
        @values.x | any value | The value to work on.
        @values.errors | - | The argument is of another kind.
        @text.errors | - | The argument is not text, or the pattern is not a regular expression.
        @files.errors | - | The file cannot be read or written; the message has the system's reason.
        """

    /// Functions that belong together, a line for each group: what "See also" lists.
    static let related = """
        print str format
        len size shape numel count
        head tail take select sort where
        range arange linspace enumerate
        type isinstance
        int float bool number str
        list set record tensor
        append extend insert pop remove clear reverse
        reversed sorted sort argsort
        zip map filter enumerate
        iter next
        index count find counts
        keys values items get setdefault
        merge update record
        counts most_common bincount unique
        set add discard union intersection difference
        upper lower capitalize title
        strip lstrip rstrip
        replace substitute
        words split splitlines join
        starts_with ends_with find rfind match
        ljust rjust center zfill format
        isdigit isalpha isalnum isspace isupper islower
        ord chr encode decode
        match search fullmatch find_all substitute
        read lines load save
        exists files make_folder
        path_join basename dirname splitext
        to_json from_json save load
        corpus vocabulary windows encode decode generate
        pad_sequence pad padding_mask
        tensor array cast zeros ones full
        double long cast to float int
        contiguous reshape copy
        zeros ones full eye zeros_like ones_like full_like
        one_hot cross_entropy gather
        item number
        close isclose equal eq
        dim shape size numel
        reshape flatten squeeze unsqueeze
        transpose permute
        broadcast tile repeat
        concat stack split_at chunk
        flip roll reversed
        gather scatter scatter_add
        where mask_fill nonzero clip
        tril triu diag causal_mask
        meshgrid linspace plot
        diff cumsum cumprod cummax cummin
        exp expm1 log log1p log2 log10 logsumexp logaddexp
        sqrt square reciprocal rsqrt pow
        abs sign neg
        floor ceil round int
        sin cos tan asin acos atan atan2
        sinh cosh tanh
        erf gelu
        isnan isfinite isinf
        clip maximum minimum max min
        mul sub div pow neg divmod add
        eq ne lt le gt ge
        logical_and logical_or logical_not any all
        fft ifft rfft irfft fft2 ifft2 fftfreq rfftfreq
        sum mean prod cumsum cumprod
        cummax cummin max min
        max min argmax argmin topk
        any all
        var std mean median quantile percentile
        unique counts bincount histogram searchsorted
        norm cosine_similarity cdist
        cov corrcoef var
        trace diag det
        matmul dot outer einsum kron
        softmax log_softmax cross_entropy logsumexp
        conv2d conv conv_matrix
        max_pool2d avg_pool2d maxpool avgpool
        inv solve lstsq pinv
        det slogdet matrix_rank cond
        cholesky qr svd eigh
        svd svdvals matrix_rank pinv
        eigh eigvalsh eig eigvals
        matrix_power matmul
        rand randn uniform normal randint seed
        rand_like randn_like rand randn
        permutation choice multinomial categorical shuffle
        detach grad value_and_grad
        tanh sigmoid relu gelu silu
        softplus mish log_sigmoid softsign relu6 hardsigmoid hardswish
        leaky_relu elu celu selu prelu glu
        conv conv_transpose maxpool batch_norm
        maxpool avgpool global_avg_pool adaptive_avgpool adaptive_maxpool
        linear bilinear embedding parameter
        dropout dropout2d
        batch_norm layer_norm group_norm instance_norm rms_norm
        embedding embedding_bag learned_positions positional_encoding
        identity dropout
        parameter freeze sgd
        weight_norm spectral_norm batch_norm linear conv
        upsample pixel_shuffle conv_transpose
        rnn gru lstm attention
        attention multihead_attention padding_mask causal_mask
        transformer_encoder_layer transformer_decoder_layer multihead_attention positional_encoding
        cross_entropy nll log_softmax focal hinge
        mse mae huber gaussian_nll
        bce bce_with_logits focal
        kl_div cross_entropy
        triplet contrastive cosine_embedding
        ctc cross_entropy
        freeze unfreeze parameters
        sgd adam adamw rmsprop adagrad adadelta nadam lion adamax radam rprop lbfgs train
        ema swa update_parameters
        train evaluate predict find_rate run
        evaluate predict confusion report mistakes
        summary parameters cost profile show
        activations summary
        clone copy
        load_weights save load
        profile cost timeit
        report confusion roc auc top_k_accuracy r2
        text_pairs normalize_text load vocabularies
        seq2seq translate attention_weights generate
        vocabularies load_weights
        error_rate bleu chrf perplexity worst
        generate translate corpus
        runs run compare note forget sql
        load save read dataset
        dataset split shuffle take normalize batches
        random_crop random_resized_crop center_crop
        random_flip random_rotation random_affine random_erasing
        color_jitter random_grayscale random_noise
        table sort select group describe to_csv
        join table select
        fillna dropna isna notna describe
        select drop rename get_dummies
        plot show grid figure
        plot_regions plot mistakes
        help vars
        threads timeit
        rank ranks threads train
        quit help
        time clock timeit sleep
        error print
        input print number
        """
}
