extension ArgumentText {
    /// Layers, losses, training, translation, data, pictures.
    static let learning = """
        tanh.returns,sigmoid.returns,relu.returns,gelu.returns,softplus.returns,silu.returns | tensor | The shape of x; a layer without x.
        mish.returns,log_sigmoid.returns,softsign.returns,relu6.returns | tensor | The shape of x; a layer without x.
        hardsigmoid.returns,hardswish.returns,leaky_relu.returns,elu.returns | tensor | The shape of x; a layer without x.
        celu.returns,selu.returns,prelu.returns,identity.returns | tensor | The shape of x; a layer without x.
        maxpool.returns,avgpool.returns,upsample.returns,pixel_shuffle.returns | tensor | The result; a layer without x.
        adaptive_avgpool.returns,adaptive_maxpool.returns,global_avg_pool.returns | tensor | The result; a layer without x.
        glu.returns | tensor | Half the size on the axis; a layer without x.
        conv.channels,conv_transpose.channels | whole number | The number of output channels.
        conv.padding | whole number, pair or string | Zeros added at each end; "same" keeps the size.
        maxpool.size,avgpool.size | whole number or pair | The size of the window, in elements.
        maxpool.stride,avgpool.stride | whole number, pair or none | The step of the window; none: its size.
        avgpool.count_include_pad | boolean | Whether the zeros of the padding count in the mean.
        linear.tied | embedding layer or none | A layer whose table is the weight of this one too.
        batch_norm.track_running_stats | boolean | Whether a running mean and variance are kept for inference.
        batch_norm.momentum | number | The share of the new batch in the running mean and variance.
        layer_norm.shape,rms_norm.shape | whole number, list or none | The last axes to normalize over; none: the last one.
        rms_norm.eps | number or none | Keeps the denominator from 0; none: the precision of the dtype.
        embedding.padding,embedding_bag.padding | whole number or none | The row that stays 0 and does not count.
        embedding_bag.mode | string | "mean", "sum" or "max" of the rows.
        leaky_relu.slope | number | The slope below 0.
        elu.alpha,celu.alpha | number | The factor below 0; the least value is -alpha.
        prelu.slopes | whole number or tensor | How many slopes are learned: 1, or one for each channel.
        prelu.init | number | The slope at the start.
        parameter.x | tensor, list or number | The values at the start.
        parameter.requires_grad | boolean | Whether it learns.
        parameter.returns | tensor | A tensor that optimizers change.
        conv_transpose.output_padding | whole number or pair | Elements added at the end of each axis of the result.
        upsample.scale | number, list or none | The factor for each axis; none: 2, or by `size`.
        upsample.size | whole number, list or none | The size of the result; in place of a scale.
        upsample.mode | string | "nearest" or "bilinear".
        upsample.align_corners | boolean | Whether corner pixels keep their values, as in PyTorch.
        adaptive_avgpool.size,adaptive_maxpool.size | whole number or list | The size of the result on each axis.
        pixel_shuffle.factor | whole number | How much larger height and width become.
        group_norm.groups | whole number | How many groups; divides the number of channels.
        rnn.nonlinearity | string | "tanh" or "relu".
        rnn.bias,gru.bias,lstm.bias | boolean | Whether learned biases are added.
        rnn.dropout,gru.dropout,lstm.dropout | number | The share set to 0 between layers in training, from 0 to 1.
        attention.score | string | "dot", "scaled_dot", "bilinear" or "additive".
        attention.hidden | whole number or none | The size inside "additive"; none: that of the query.
        padding_mask.lengths | list or tensor of whole numbers | The length of each row, [N].
        padding_mask.time | whole number or none | The number of steps; none: the greatest length.
        padding_mask.returns | tensor | bool [N, 1, time], true beyond each length.
        causal_mask.returns | tensor | bool [time, time], true above the diagonal.
        multihead_attention.size,transformer_encoder_layer.size | whole number | The features of each step; a multiple of `heads`.
        transformer_decoder_layer.size | whole number | The features of each step; a multiple of `heads`.
        learned_positions.count | whole number | The greatest number of steps.

        cross_entropy.prediction | tensor | Logits [N, C, ...]: scores before softmax.
        cross_entropy.target | tensor | Classes [N, ...], int64, or probabilities [N, C, ...].
        cross_entropy.label_smoothing | number | The share of the target that goes to all classes, from 0 to 1.
        cross_entropy.weight,nll.weight | tensor, list or none | A weight for each class, [C].
        nll.prediction | tensor | Logarithms of probabilities [N, C, ...].
        nll.target | tensor | Classes [N, ...], int64.
        mse.target,mae.target,huber.target | tensor | The right values, in the shape of the prediction.
        huber.delta | number | Where the loss turns from quadratic to linear; greater than 0.
        bce.prediction | tensor | Probabilities from 0 to 1, or scores with logits=true.
        bce.target,bce_with_logits.target | tensor | Values from 0 to 1, in the shape of the prediction.
        bce.logits | boolean | Whether the predictions are scores before the sigmoid.
        bce_with_logits.prediction | tensor | Scores before the sigmoid.
        bce_with_logits.pos_weight | number, tensor or none | How much targets of 1 count.
        kl_div.prediction | tensor | Logarithms of probabilities.
        kl_div.target | tensor | Probabilities, in the shape of the prediction.
        hinge.prediction | tensor | Scores.
        hinge.target | tensor | -1 and 1 in the shape of the scores, or classes [N, ...].
        focal.prediction | tensor | Scores.
        focal.target | tensor | Classes [N, ...], or 0 and 1 in the shape of the scores.
        focal.gamma | number | How strongly easy examples count less; 0 is cross entropy.
        focal.alpha | number | The weight of targets of 1; negative: none.
        triplet.anchor | tensor | Vectors on the last axis, [N, features].
        triplet.positive | tensor | Vectors that should be near the anchors.
        triplet.negative | tensor | Vectors that should be far from the anchors.
        cosine_embedding.target | tensor or list | 1 for pairs that belong together, -1 for others, [N].
        contrastive.target | tensor or list | 1 for pairs that belong together, 0 for others, [N].
        gaussian_nll.prediction | tensor | The means.
        gaussian_nll.target | tensor | The observed values.
        gaussian_nll.variance | tensor or number | The variances; not negative.
        gaussian_nll.full | boolean | Whether the constant log(2 pi) / 2 is added.
        ctc.x | tensor | Logarithms of probabilities [T, N, C].
        ctc.targets | list or tensor | The labels of each sequence, without blanks.
        ctc.input_lengths | list, tensor or none | The steps of each sequence that count; none: T.
        ctc.target_lengths | list, tensor or none | The labels of each sequence that count; none: all.
        ctc.blank | whole number | The class of the blank.
        ctc.zero_infinity | boolean | Whether sequences whose labels do not fit count 0 and not inf.

        weight_norm.layer,spectral_norm.layer | layer | One with a weight, such as linear or conv.
        weight_norm.name,spectral_norm.name | string | The parameter to normalise.
        weight_norm.dim | whole number or none | The axis whose places have a length each; none: one length for all.
        spectral_norm.dim | whole number or none | The axis of the matrix's rows; none: 0, and 1 for conv_transpose.
        spectral_norm.n_power_iterations | whole number | Steps of the power method in each pass of training.
        spectral_norm.eps | number | What lengths are at least when vectors are divided by them.
        weight_norm.returns,spectral_norm.returns | layer | The layer with its weight normalised.

        freeze.model,unfreeze.model | model, layer or parameter | The part.
        freeze.names,unfreeze.names | list of strings or none | The beginnings of parameters' names; none: all of them.
        freeze.returns,unfreeze.returns,update_parameters.returns | none | Nothing.
        sgd.model,adam.model,adamw.model,rmsprop.model,adagrad.model | model, tensor, list or record | What to train.
        adadelta.model,nadam.model,lion.model,adamax.model,radam.model,rprop.model,lbfgs.model | model, tensor, list or record | What to train.
        sgd.returns,adam.returns,adamw.returns,rmsprop.returns,adagrad.returns | optimizer | For `step`.
        adadelta.returns,nadam.returns,lion.returns,adamax.returns,radam.returns,rprop.returns,lbfgs.returns | optimizer | For `step`.
        sgd.nesterov | boolean | Whether the gradient is taken ahead of the momentum.
        adam.amsgrad,adamw.amsgrad | boolean | Whether to divide by the greatest second moment so far.
        rmsprop.alpha | number | The decay rate of the average of squared gradients.
        adagrad.lr_decay | number | How fast the rate falls with the number of steps.
        adagrad.initial | number | The sum of squared gradients at the start.
        adadelta.rho | number | The decay rate of both averages.
        rprop.etas | pair of numbers or none | The factors of step sizes; none: [0.5, 1.2].
        rprop.step_sizes | pair of numbers or none | The least and the greatest step size; none: [0.000001, 50].
        nadam.momentum_decay | number | How fast the momentum reaches its final value.
        lbfgs.max_iter | whole number | The most iterations in a step.
        lbfgs.max_eval | whole number or none | The most evaluations of the loss; none: 1.25 * max_iter.
        lbfgs.tolerance_grad | number | The step ends if no gradient is greater.
        lbfgs.tolerance_change | number | The step ends if nothing changes by more.
        lbfgs.history_size | whole number | How many changes are remembered.
        ema.decay | number | The share of the old average that stays at each update, from 0 to 1.
        ema.returns,swa.returns | average of weights | average(x) applies it; average.model is the averaged model.
        update_parameters.average | average | What `ema` or `swa` gave.

        train.data,find_rate.data | dataset | The examples of training.
        train.returns | run | {history, settings, model, ending, ...}.
        train.epochs | whole number | How often to go through all examples.
        train.lr | number or none | The learning rate; none: the optimizer's default.
        train.batch,find_rate.batch | whole number | The number of examples in one step.
        train.schedule | string, record, function or none | How the rate changes: "constant", "cosine", "linear", "one_cycle", ...
        train.validate | dataset or none | Examples to evaluate on after each epoch.
        train.weight_decay,find_rate.weight_decay | number or none | How strongly each step pulls weights to 0; none: the optimizer's default.
        train.patience | whole number or none | Training stops after so many epochs without an improvement.
        train.best | boolean or none | Whether the model gets the weights of its best epoch; none: if patience is given.
        train.monitor | string or none | "val_loss", "val_accuracy", "val_error_rate", "loss" or "accuracy"; none chooses.
        train.time | string, number or none | The longest duration, such as "10 min"; a number is in seconds.
        train.checkpoint | string or none | The folder to keep the run in.
        train.every | whole number or string | How often to write a checkpoint: epochs, "500 batches" or "5 min".
        train.resume | run, string or none | A run, or the folder of a checkpoint, that training continues.
        train.metrics | record of functions or none | Functions of scores and targets, recorded for each epoch.
        train.on_epoch | function or none | A function of the epoch's record; false stops training.
        train.plot | boolean or none | Whether to draw the loss during training; none: in Jupyter only.
        train.weights | list, string or none | How likely each example is drawn; "balanced": all classes alike.
        train.accumulate | whole number | The number of batches whose gradients make one step.
        train.shards | whole number | Parts of a batch that processes compute apart: a power of two (`help mpi`).
        evaluate.returns | record | {loss, accuracy or error_rate, count, seconds}.
        predict.data | dataset or tensor | The examples.
        predict.output | string | "auto", "classes", "scores" or "probabilities".
        predict.returns | tensor | int64 [N] for classes, else [N, ...].
        confusion.returns | tensor | int64 [classes, classes], rows are targets.
        summary.returns,parameters.returns,report.returns,profile.returns,cost.returns | table | A row for each layer, parameter or class.
        activations.x | tensor | A batch, or one example.
        activations.layer | string | The layer's name, as `summary` shows it.
        activations.returns | tensor | The layer's output.
        clone.model | model, object, list or record | What to copy.
        clone.returns | any value | A copy.
        load_weights.source | string or record | A .safetensors, .npz or .pth file, a checkpoint folder, or a record of tensors.
        load_weights.names | list of pairs or none | Pairs [name in the source, name in the model].
        load_weights.strict | boolean | Whether all weights have to be those of the model, as in PyTorch.
        load_weights.returns | none | Nothing; the model is changed.
        load_weights.errors | - | A weight of the model is missing or has another shape.
        find_rate.low | number | The first learning rate.
        find_rate.high | number | The last learning rate.
        find_rate.steps | whole number | The number of steps.
        find_rate.plot | boolean | Whether to draw the curve.
        find_rate.seed | whole number | The seed of the order of examples.
        find_rate.returns | record | {rate, curve}.
        profile.data | dataset or tensor | The examples, or one batch of them.
        profile.batch,cost.batch | whole number | The number of examples in a step.
        cost.examples | whole number or none | The number of examples in an epoch; none: no row for it.
        report.x,roc.x,auc.x,top_k_accuracy.x,r2.x | model, tensor or list | A model, or its predictions or scores.
        report.y,roc.y,auc.y,top_k_accuracy.y,r2.y | dataset, tensor or list | The dataset, or the targets.
        top_k_accuracy.k | whole number | How many of the greatest scores count.
        report.names | list of strings or none | The names of the classes.
        roc.drop_intermediate | boolean | Whether to leave out points on straight lines.
        roc.returns | record | {fpr, tpr, thresholds}.
        auc.returns,top_k_accuracy.returns,r2.returns | number | At most 1.

        text_pairs.sources | list of strings | The sentences.
        text_pairs.targets | list of strings | Their translations.
        text_pairs.returns | dataset | With the vocabularies of both sides.
        text_pairs.errors | - | The lists have different lengths or hold other things than texts.
        normalize_text.returns | string | The new text.
        normalize_text.text | string | A sentence.
        seq2seq.pairs | dataset of pairs | The pairs whose vocabularies it uses, or `vocabularies(path)`.
        seq2seq.hidden | whole number | The size of the states; even.
        seq2seq.embed_size | whole number or none | The size of the embeddings; none: `hidden`.
        seq2seq.attention | string or none | "dot", "scaled_dot", "bilinear" or "additive".
        seq2seq.tied | boolean | Whether the output layer uses the weights of the target embedding.
        seq2seq.returns | model | A model that `train` and `translate` take.
        vocabularies.path | string | A .safetensors file or the folder of a checkpoint.
        vocabularies.returns | vocabularies | For `seq2seq`, in place of pairs.
        vocabularies.errors | - | The file has no vocabularies.
        translate.text | string, list or dataset | The sentence or sentences.
        translate.n_best | whole number or none | How many hypotheses to give for each sentence; at most `beam`.
        translate.data,attention_weights.data | dataset or none | The pairs whose vocabularies are used; none: those of the model.
        translate.returns | string, list or table | As many answers as sentences; a table with n_best.
        error_rate.x,bleu.x,chrf.x | model or list of strings | The translator, or its translations.
        error_rate.y,bleu.y,chrf.y | dataset or list | The pairs, or the references.
        bleu.tokenize | string | "13a" as sacreBLEU does by default, or "none".
        perplexity.data | dataset | The examples.
        worst.returns | table | A row for each translation.
        worst.count | whole number | The number of rows.
        attention_weights.text | string | The sentence.
        attention_weights.returns | record | {weights, source, target, text}; `show` draws it.
        generate.model | model or function | Gives scores for the next token.
        generate.start | string, list or tensor | The beginning: a text (with a vocabulary) or numbers of tokens.
        generate.count | whole number | The most tokens to add.
        generate.temperature | number | 0 takes the most probable token; above, tokens are drawn.
        generate.top_k | whole number or none | Draw from so many of the most probable tokens.
        generate.top_p | number or none | Draw from the fewest tokens whose probabilities sum to this.
        generate.context | whole number or none | How many of the last tokens the model sees; none: all.
        generate.stop | whole number, string or none | The token that ends a sequence.
        generate.vocabulary | vocabulary, corpus or none | Needed to start from a text.
        generate.returns | list or string | A text for a text, else lists of tokens.

        load.path | string | A file or folder.
        load.target | string, whole number or none | The column of the targets; of CIFAR-100, "fine" or "coarse".
        load.classes | list of strings or none | The names of the classes.
        load.scale,dataset.scale | number or none | What whole-number pixels are multiplied by; none: 1 / 255.
        load.header | boolean or none | Whether the first line of a table has the columns' names; none decides by the line.
        load.skip | whole number | How many lines of a table to pass over first.
        load.separator | string or none | The separator of a table's cells; none decides by the first lines.
        load.missing | list of strings or none | Words that mean that a cell is missing.
        load.text | list of strings, boolean or none | The columns of a table that hold text; true: all in which some cells are words.
        load.decimal | string | The decimal sign of a table's numbers.
        load.thousands | string or none | The sign between groups of three digits.
        load.source | whole number or none | Of sentence pairs: the column of the sentences, from 0.
        load.max_length | whole number or none | Leave out pairs with more tokens on a side; none keeps all.
        load.bucket | boolean | Whether batches gather sentences of similar length.
        load.size | whole number, pair or none | The size to give images, [height, width], in pixels.
        load.channels | whole number or none | 1 for grey images, 3 for coloured ones; none: as stored.
        load.lazy | boolean or none | Whether images stay in their files until a batch needs them; none: above 1 GB.
        load.returns | dataset, tensor, record, table or list | By the contents of the file, as above.
        load.errors | - | There is no such file, or its contents are damaged or of an unknown format.
        save.value | any value | What to write.
        save.path | string | The path of the file; its ending chooses the format.
        save.compressed | boolean | Whether a .npz is compressed.
        save.append | boolean | Whether text is added to what is in the file.
        save.quality | whole number | The quality of a .jpg, from 1 to 100.
        save.overwrite,to_csv.overwrite | boolean | Whether a file is replaced that dls did not write.
        save.returns | none | Nothing; the file is written.
        save.errors | - | The format does not hold such a value, or the file cannot be written.
        dataset.x | tensor, list or whole number | The examples [N, ...]; or how many examples a function makes.
        dataset.y | tensor, list, function or none | The targets [N, ...]; or a function of the index that gives {x, y}.
        dataset.classes | list of strings or none | The names of the classes.
        dataset.name | string | The name that outputs show.
        split.data | dataset or string | What to split.
        split.size | whole number, number or none | The size of the first part: examples, or a share below 1.
        split.maxsplit | whole number or none | The most splits of a text.
        split.pattern | string or none | A regular expression that separates the parts of a text.
        split.returns | list | Two datasets, or a list of strings.
        shuffle.data | dataset or list | What to put in random order.
        shuffle.returns,take.returns,normalize.returns | dataset | The same kind as the argument.
        take.data | dataset, list or tensor | What to take from.
        take.count | whole number | How many.
        normalize.data | dataset or tensor | What to normalize.
        normalize.mean | number, list or none | The mean of each channel; none: that of the train part.
        normalize.std | number, list or none | The standard deviation of each channel; none: that of the train part.
        normalize.p | number | The order of the norm of a tensor.
        normalize.axis | whole number or none | The axis of a tensor's vectors; none: 1, or 0 of a vector.
        batches.size | whole number | The number of examples in a batch.
        batches.returns | sequence of records | For a loop: {x, y}.
        random_crop.size,random_resized_crop.size,center_crop.size | whole number or pair | [height, width] of the result, in pixels.
        random_crop.padding | whole number | Black pixels added at each side first.
        random_crop.returns,random_resized_crop.returns,center_crop.returns | augmentation | Applies to images; for `augment=`.
        random_flip.returns,random_rotation.returns,random_affine.returns | augmentation | Applies to images; for `augment=`.
        random_erasing.returns,color_jitter.returns,random_grayscale.returns | augmentation | Applies to images; for `augment=`.
        random_noise.returns | augmentation | Applies to images; for `augment=`.
        random_resized_crop.scale | pair of numbers or none | The least and the greatest share of the area; none: [0.08, 1].
        random_affine.scale | pair of numbers or none | The least and the greatest factor; none: 1.
        random_erasing.scale | pair of numbers or none | The least and the greatest share of the area; none: [0.02, 0.33].
        random_erasing.value | number | The value of the rectangle, from 0 to 1.
        random_flip.p,random_erasing.p,random_grayscale.p | number | The probability, from 0 to 1.
        random_flip.vertical | boolean | Whether top and bottom change places, not left and right.
        random_affine.translate | pair of numbers or none | The greatest shift, [down, across], as shares of height and width.
        color_jitter.brightness | number or pair | How much brightness varies: 0.2 is a factor from 0.8 to 1.2.
        color_jitter.contrast | number or pair | How much contrast varies.
        color_jitter.saturation | number or pair | How much saturation varies.

        plot.data | lists, tensors, records or table | The values: ys, or xs and ys, or several series.
        plot.kind | string | "line", "scatter", "bar", "histogram", "box", "contour" or "heatmap".
        plot.x,plot_regions.x | string or none | The label of the horizontal axis.
        plot.y,plot_regions.y | string or none | The label of the vertical axis.
        plot.log | boolean or string | Which axes are logarithmic: "x", "y" (or true), "xy".
        plot.color | string, list, tensor or none | The colour of each series; of points, a class or a number for each.
        plot.marker | string, list or none | "o", "s", "^", "D", "v", "+", "x", "*", "." or "none".
        plot.style | string, list or none | How the lines are drawn: "-", "--", ":" or "-."; in a list, each.
        plot.alpha | number or none | From 0, invisible, to 1.
        plot.size | pair of numbers or none | Width and height in inches.
        plot.xlim,plot.ylim | pair of numbers or none | The ends of the axis.
        plot.xticks,plot.yticks | list or none | Where the axis has marks, or their labels.
        plot.hline,plot.vline | number, list or none | Where dashed lines are drawn.
        plot.text | list or none | [x, y, "words"], several of these, or a text for each point.
        plot.error | number, list, tensor or none | Half the height of the error bars, or their ends [low, high].
        plot.band | list, tensor or none | Half the width of a band around the line, or its edges [low, high].
        plot.bins | whole number, list or none | The number of bins of a histogram, or their edges.
        show.x | tensor, list or model | An image [H, W] or [C, H, W], several images, a matrix, or a model.
        show.rows | list of strings or none | The labels of a matrix's rows.
        show.columns | whole number, list or none | How many images stand in a row; of a matrix, the columns' labels.
        show.scale | string | "shared", "each" or "unit": what range of values black and white stand for.
        grid.columns | whole number or none | How many figures stand in a row.
        plot_regions.model | model or function | The classifier of points [N, 2].
        plot_regions.data | dataset | Points with two features and their classes.
        mistakes.returns | table | Columns index, target, answer and probability.
        mistakes.count | whole number | The number of rows.
        """
}
