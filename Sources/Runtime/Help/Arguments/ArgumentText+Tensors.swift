extension ArgumentText {
    /// Tensors, mathematics, linear algebra, random numbers, gradients.
    static let tensors = """
        tensor.data,array.data | number, list or tensor | Numbers or booleans; nested lists must be rectangular.
        tensor.dtype | string or none | The dtype; none: float32, or bool for booleans; a tensor keeps its own.
        array.dtype | string or none | The dtype; none: float64, or bool for booleans; a tensor keeps its own.
        tensor.errors,array.errors | - | Rows have different lengths, or an element is not a number.
        zeros.shape,ones.shape,rand.shape,randn.shape | whole numbers or list | The size of each axis.
        full.shape | whole number or list | The size of each axis.
        full.value,full_like.value | number | The value of every element.
        eye.n | whole number | The number of rows.
        eye.columns | whole number or none | The number of columns; none: as many as rows.
        eye.k | whole number | The diagonal: 0 is the main one, positive ones lie above it.
        arange.start | number | The first number; alone, the end of numbers from 0.
        arange.stop | number or none | The end, which is not included.
        arange.dtype | string or none | The dtype; none: int64 for whole numbers, else float32.
        pow.mod | whole number or none | What the power of whole numbers is divided by, for the remainder.
        linspace.stop | number | The last number, which is included unless endpoint=false.
        linspace.endpoint | boolean | Whether `stop` is the last number; false: the step is (stop - start) / count.
        linspace.count | whole number | How many numbers; at least 1.
        one_hot.x | tensor or list of whole numbers | The classes, from 0 to classes - 1.
        one_hot.classes | whole number or none | The size of the new last axis; none: one more than the largest number.
        one_hot.errors | - | A number is not a class.
        shape.returns,size.returns | list | The sizes; `size` of one axis is a number.
        size.axis | whole number or none | The axis; none gives the sizes of all.
        item.x | tensor | A tensor of one element.
        item.returns,numel.returns,dim.returns | number | A number.
        item.errors | - | The tensor has no or several elements.
        cast.x,double.x,long.x | tensor or list | The numbers to convert.
        to.x | tensor or model | What to convert.
        to.what | string or tensor | A dtype, a tensor whose dtype is taken, or "cpu".
        to.returns,contiguous.returns | tensor | The tensor; `x.to("cpu")` of a model is the model.
        contiguous.x | tensor | The tensor.
        atan2.y,atan2.x | tensor, list or number | The coordinates of the points; their shapes broadcast.
        close.a,close.b,isclose.a,isclose.b | tensor, list or number | The values to compare; their shapes broadcast.
        equal.a,equal.b | any values | The values to compare.
        close.returns,equal.returns | boolean | true or false.
        isclose.returns | tensor | bool, in the shape that a and b broadcast to; a boolean for numbers.
        zeros_like.dtype,ones_like.dtype,full_like.dtype | string or none | The dtype; none: that of x.
        rand_like.dtype,randn_like.dtype | string or none | The dtype; none: that of x.
        rand_like.x,randn_like.x | tensor | The tensor whose shape is taken.

        dim.x,size.x | tensor or list | The tensor.
        reshape.shape | whole numbers or list | The new sizes; one may be -1 and is worked out.
        flatten.x | tensor or none | The input; without it the result is a layer.
        flatten.start | whole number | The first axis to join.
        flatten.end | whole number | The last axis to join.
        transpose.axes | whole numbers | Two axes to swap, or all in their new order.
        std.unbiased,var.unbiased | boolean or none | Whether the divisor is n - 1, as with correction=1, or n.
        permute.axes | whole numbers or list | The old axes in their new order; none reverses them.
        squeeze.axis | whole number or none | An axis of size 1; none takes all of them out.
        unsqueeze.axis | whole number | The position of the new axis.
        concat.tensors,stack.tensors | list of tensors | The tensors to join.
        stack.axis | whole number | The position of the new axis.
        split_at.indices | list of whole numbers | Where parts begin, without the first.
        split_at.returns,chunk.returns,meshgrid.returns | list | A list of tensors.
        pad.widths | whole number or list | Elements to add at both ends of all axes, or [before, after] for each axis.
        pad.value | number | The value of the border; with mode="constant" alone.
        pad.mode | string | "constant", "reflect", "replicate" or "circular", and NumPy's "edge" and "wrap": where the border comes from.
        tile.counts | list of whole numbers or whole number | How often to repeat each axis.
        repeat.counts | whole numbers | How often to repeat.
        repeat.axis | whole number or none | The axis whose elements are repeated; none repeats the whole tensor.
        flip.axes | whole number, list or none | The axes to reverse; none reverses all.
        gather.indices | tensor of int64 | Positions on the axis; of x's rank.
        scatter.indices,scatter_add.indices | tensor of int64 | Positions on the axis; of x's rank.
        scatter.values,scatter_add.values | tensor or number | What to put or add there.
        where.condition | tensor of bool or table | Where to take a; or the table to filter.
        where.a | tensor, number, function or none | The values where it is true; of a table, a function of the row.
        where.b | tensor, number or none | The values elsewhere.
        where.returns | tensor, list or table | The shape that the three broadcast to; of a table, a table; of a condition alone, a vector of places for each axis.
        mask_fill.mask | tensor of bool | Where to put the value; broadcasts to x.
        mask_fill.value | number | The value to put there.
        tril.k,triu.k,diag.k | whole number | The diagonal: 0 is the main one, positive ones lie above it.
        meshgrid.xs | tensors or lists | The coordinates on each axis, vectors.
        meshgrid.indexing | string | "xy": the first vector runs along the columns, as in NumPy; "ij": along the rows.
        roll.shift | whole number or list | How many places to move.
        roll.axis | whole number, list or none | The axis; none moves all elements in their order.
        chunk.count | whole number | The most parts; at least 1.
        nonzero.as_tuple | boolean | Whether the result is a list with a vector for each axis.
        nonzero.returns | tensor | int64 [count, axes]; a list of vectors with as_tuple=true.

        diff.n | whole number | How often differences are taken.
        diff.x,cumsum.x,cumprod.x,cummax.x,cummin.x | tensor or list | The input.
        round.digits | whole number | Decimals to keep; negative ones round to tens, hundreds, ...
        clip.low,clip.high | number or none | The limit; none: no limit.
        divmod.returns | list | [quotient rounded down, remainder].
        isnan.returns,isfinite.returns,isinf.returns,logical_not.returns | tensor | bool, in the shape of x; a boolean for a number.
        logical_and.returns,logical_or.returns | tensor | bool, in the shape that a and b broadcast to; a boolean for plain values.
        eq.returns,ne.returns,lt.returns,le.returns,gt.returns,ge.returns | tensor | bool, in the shape that a and b broadcast to; a boolean for plain values.
        fft.returns | tensor | [..., n, 2]: real and imaginary parts on the last axis.
        rfft.returns | tensor | [..., n // 2 + 1, 2]: real and imaginary parts on the last axis.
        fft2.x | tensor | Numbers on the last two axes.
        fft2.returns,ifft2.returns | tensor | [..., m, n, 2]: real and imaginary parts on the last axis.
        ifft.z,irfft.z,ifft2.z | tensor | Complex numbers: real and imaginary parts on a last axis of size 2.
        ifft.returns | tensor | [..., n, 2]: real and imaginary parts on the last axis.
        irfft.n | whole number or none | The length of the result; none: 2 * (m - 1) for m pairs.
        irfft.returns | tensor | [..., n], real numbers.
        fftfreq.n,rfftfreq.n | whole number | The number of samples.
        fftfreq.d,rfftfreq.d | number | The distance between samples, such as seconds.
        fftfreq.returns | tensor | [n], in cycles per unit of d.
        rfftfreq.returns | tensor | [n // 2 + 1], in cycles per unit of d.

        cumsum.axis,cumprod.axis,cummax.axis,cummin.axis,argsort.axis,topk.axis | whole number | The axis; negative ones count from the last.
        cumsum.returns,cumprod.returns | tensor | The shape of x.
        cummax.indices,cummin.indices | boolean | Whether to tell also where the elements are.
        cummax.returns,cummin.returns | tensor or list | The shape of x; a list of two with indices=true.
        argsort.returns | tensor | int64, in the shape of x.
        argmax.returns,argmin.returns | tensor | int64, x without the reduced axis; a number without axis.
        any.returns,all.returns | tensor | bool, x without the reduced axes; a boolean without axis.
        any.x,all.x | tensor or list of booleans | The input; of numbers, whether they are not 0.
        argmax.axis,argmin.axis,median.axis,quantile.axis,percentile.axis | whole number or none | The axis to reduce; none reduces all. Negative ones count from the last.
        sum.start | number, list or none | What the elements are added to, as in Python; of a list alone, a second argument that is no axis is this.
        max.default,min.default | any value | The result where there are no elements; without it, that is an error.
        max.more,min.more | numbers | Further numbers to compare with x.
        max.dim,min.dim | whole number or none | The axis, as in PyTorch: the result is then a record {values, indices}.
        topk.k | whole number | How many; at most the size of the axis.
        topk.largest | boolean | Whether to take the largest; if not, the smallest.
        topk.returns | record | {values, indices}.
        unique.counts | boolean | Whether to count how often each element comes.
        unique.inverse | boolean | Whether to give each element's place among the values.
        unique.returns | tensor, list or record | The values, or {values, counts, inverse} as asked.
        quantile.q | number or list | The share, from 0 to 1.
        percentile.percent | number or list | The share in percent, from 0 to 100.
        bincount.x | tensor or list of whole numbers | Numbers from 0 on.
        bincount.weights | tensor, list or none | What each element counts; none: 1.
        bincount.minlength | whole number | The least length of the result.
        bincount.returns | tensor | [max(x) + 1], int64; with weights, their sums.
        histogram.range | pair of numbers or none | The outer edges; none: the least and the greatest element.
        histogram.returns | record | {counts, edges}.
        searchsorted.sorted | tensor or list | A vector in ascending order.
        searchsorted.values | tensor, list or number | The values to place.
        searchsorted.right | boolean | Whether the position is behind equal elements.
        searchsorted.side | string | "left" or "right", the same choice by NumPy's word.
        searchsorted.returns | tensor | int64, in the shape of values.
        norm.ord | number, string or none | The order of the norm: a number, inf, "fro" or "nuc"; none: Euclidean.
        norm.p | number or none | PyTorch's word for the order, over all elements.
        cov.x,corrcoef.x | tensor or list | The variables, [variables, observations].
        cov.y,corrcoef.y | tensor, list or none | Further variables.
        cov.bias | boolean | Whether to divide by n, as NumPy's word.
        cov.ddof | whole number or none | What is subtracted from n, as NumPy's word.
        cov.returns,corrcoef.returns | tensor | [variables, variables]; a number for one variable.

        cdist.a | tensor or list | Rows of vectors, [..., m, features].
        cdist.b | tensor or list | Rows of vectors, [..., n, features]; leading axes broadcast.
        cdist.p | number | The order of the norm of the differences: above 0, or inf.
        cdist.returns | tensor | [..., m, n], of fractions.
        cdist.errors | - | The vectors are of different lengths, or p is not above 0.
        cosine_similarity.axis | whole number or none | The axis of the vectors; none: 1, or 0 of single vectors.
        trace.x | tensor or list | A matrix [n, n].
        det.x,inv.x,slogdet.x,eig.x,eigvals.x,matrix_power.x | tensor or list | Square matrices [..., n, n].
        cholesky.x | tensor or list | Symmetric, positive definite matrices [..., n, n].
        eigh.x,eigvalsh.x | tensor or list | Symmetric matrices [..., n, n].
        softmax.errors,log_softmax.errors | - | x has no such axis.
        det.errors,slogdet.errors,matrix_power.errors,trace.errors,eigh.errors,eigvalsh.errors | - | A matrix is not square.
        softmax.x,log_softmax.x | tensor or none | The scores; without it the result is a layer.
        softmax.returns,log_softmax.returns | tensor | The shape of x.
        einsum.spec | string | The axes by letters, such as "ij,jk->ik".
        einsum.tensors | tensors | A tensor for each part of the specification.
        einsum.errors | - | The letters do not fit the tensors' axes, or a letter has two sizes.
        conv2d.x | tensor | Images [N, C, H, W].
        conv2d.weight | tensor | Filters [O, C / groups, kH, kW].
        conv2d.bias | tensor or none | A number for each output channel, [O].
        conv2d.returns | tensor | [N, O, H', W'].
        conv2d.errors | - | The channels do not fit, or the filter is larger than the padded image.
        max_pool2d.x,avg_pool2d.x | tensor | Images [N, C, H, W].
        max_pool2d.size,avg_pool2d.size | whole number or pair | The size of the window.
        max_pool2d.stride,avg_pool2d.stride | whole number, pair or none | The step of the window; none: its size.
        conv_matrix.weight | tensor or list | The filter [M, N].
        conv_matrix.height | whole number | The height of the image.
        conv_matrix.width | whole number | The width of the image.
        solve.a | tensor or list | Square matrices [..., n, n].
        solve.b | tensor or list | Right sides: [n], or [..., n, k].
        solve.errors,inv.errors | - | A matrix is singular or not square.
        lstsq.a | tensor or list | Matrices [..., m, n].
        lstsq.b | tensor or list | Right sides: [m], or [..., m, k].
        lstsq.returns | group of results | {solution, residuals, rank, singular_values}.
        pinv.rtol | number or none | Another name of rcond, as in PyTorch.
        slogdet.returns | group of results | {sign, logabsdet}.
        cholesky.upper | boolean | Whether to give the upper factor U = L.T.
        cholesky.errors | - | A matrix is not positive definite.
        qr.mode | string | "reduced", "complete" or "r".
        qr.returns | group of results | {Q, R}; R alone with mode="r".
        svd.full_matrices | boolean | Whether U and Vh are square.
        svd.compute_uv | boolean | Whether to compute U and Vh.
        svd.returns | group of results | {U, S, Vh}; S alone with compute_uv=false.
        svdvals.returns | tensor | [..., min(m, n)], descending.
        eigh.returns,eig.returns | group of results | {eigenvalues, eigenvectors}.
        eigvalsh.returns | tensor | [..., n], ascending.
        eigvals.as_real | boolean | Whether complex eigenvalues are given as pairs of real and imaginary part.
        eigvals.returns | tensor | [..., n]; [..., n, 2] with as_real=true.
        eigvals.errors,eig.errors | - | An eigenvalue is complex (see `as_real` of `eigvals`), or a matrix is not square.
        matrix_power.n | whole number | The exponent; negative ones take the inverse.
        matrix_rank.tol | number or none | The absolute tolerance of singular values.
        matrix_rank.returns | tensor | int64, the batch axes of x.
        cond.p | number, string or none | The order of the norm as in `norm`; none: 2.

        seed.n | whole number | The new seed.
        seed.returns | none | Nothing.
        uniform.low,normal.mean | number | The least number, or the mean.
        uniform.high,normal.std | number | The end, which is not included, or the standard deviation.
        uniform.shape,normal.shape,randint.shape | whole number or list | The size of each axis; [] gives a single number.
        randint.low | whole number | The least number; alone, the end of numbers from 0.
        randint.high | whole number or none | The end, which is not included.
        permutation.n | whole number | How many numbers.
        permutation.returns | tensor | int64 [n].
        multinomial.p | tensor or list | Weights, [places] or [rows, places]; not negative.
        multinomial.n | whole number | How many draws for each row.
        multinomial.replacement | boolean | Whether a place may be drawn several times.
        multinomial.returns | tensor | int64, [n] or [rows, n].
        categorical.n | whole number or none | How many draws for each row; none: one, without an axis of its own.
        categorical.returns | tensor | int64, [...] or [..., n].
        choice.x | list, string, tensor or whole number | What to draw from.
        choice.size | whole number, list or none | How many; none: a single one.
        choice.replace | boolean | Whether an element may be drawn several times.
        choice.p | list, tensor or none | A weight for each element; none: all alike.
        choice.returns | any value | An element; with a size, a list or a tensor.

        detach.x | tensor | The tensor.
        detach.returns | tensor | The same numbers without a history.
        grad.f,value_and_grad.f | function | A function that gives one number.
        grad.argnums,value_and_grad.argnums | whole number or list | The positions of the arguments by which it is taken.
        """
}
