extension ExampleOutputs {
    static let recordedGToP = #"""
        == gather
        tensor [2, 1] float64
          2
          3
        == gaussian_nll
        -0.04828679513998632
        == ge
        tensor [2] bool
           true  false
        == generate
        4
        [1, 2]
        5
        == get
        {a=1, b=1}
        == get_dummies
        sex_f  sex_m
            0      1
            1      0
        == global_avg_pool
        tensor [1, 2] float32
          1  1
        == glu
        tensor [2] float64
          0.5000  1.0000
        == grad
        tensor [2] float64
          2  4
        == grid
        (figure: 2 figures: lines: 3 points, 1 to 3 and 1 image of 4 x 4)
        == group
          lr  count  loss
        0.1       2     3
        0.01      1     1
        == group_norm
        [1, 4, 3, 3]
        == gru
        [2, 7, 50]
        == gt
        tensor [2] bool
          false  false
        == head
        a
        1
        2
        == help
        softmax(x=none, axis=-1)
          exp(x) / sum(exp(x)) along an axis.
          Without a tensor it makes a layer.

        Arguments
          x=none              tensor or none. The scores; without it the result is a layer.
          axis=-1             whole number. The axis to work along; negative ones count from the last.

        Returns
          tensor. The shape of x.

        Errors
          x has no such axis.

        See also
          log_softmax, cross_entropy, logsumexp

        Example
            softmax([1, 2, 3])
            #> tensor [3] float64
            #>   0.0900  0.2447  0.6652
        == hinge
        0.5
        == histogram
        tensor [3] int64
          1  2  1
        == huber
        0.75
        == identity
        [1, 2]
        == ifft
        tensor [3] float64
          1  2  3
        == ifft2
        tensor [2, 2] float64
          1  2
          3  4
        == index
        1
        == input
        `input` has nobody to ask here
        == insert
        [1, 2, 3]
        == instance_norm
        [1, 2, 3, 3]
        == int
        15
        == intersection
        set([2])
        == inv
        tensor [2, 2] float64
           1  -1
          -1   2
        == irfft
        tensor [4] float64
          1  2  3  4
        == isalnum
        true
        == isalpha
        true
        == isclose
        tensor [2] bool
           true  false
        == isdigit
        true
        == isinstance
        true
        == islower
        true
        == isna
        tensor [3] bool
          false   true   true
        == isspace
        true
        == isupper
        true
        == item
        4
        == items
        a 1
        b 2
        == iter
        1
        2
        == join
        "a, 1"
        id  x  y
         1  5  7
        == keys
        ["a", "b"]
        == kl_div
        0.368064207168497
        == kron
        tensor [2, 2] float64
          1  2
          1  2
        == layer_norm
        [4, 3]
        == lbfgs
        true
        == le
        tensor [2] bool
          true  true
        == leaky_relu
        tensor [2] float64
          -0.0100   2.0000
        == learned_positions
        [2, 5, 4]
        == len
        3
        == linear
        [2, 10]
        [1, 4, 50]
        == lines
        ["one", "two"]
        == linspace
        tensor [5] float32
          0.0000  0.2500  0.5000  0.7500  1.0000
        == lion
        == list
        ["a", "b", "c"]
        == ljust
        "ab..."
        == load
        tensor [3] float32
          1  2  3
        == load_weights
        == log_softmax
        tensor [3] float64
          -2.4076  -1.4076  -0.4076
        == logaddexp
        tensor [2] float64
             0.6931  1000.6931
        == logical_and
        tensor [2] bool
           true  false
        == logical_not
        tensor [2] bool
          false   true
        == logical_or
        tensor [2] bool
          true  true
        == logsumexp
        1000.6931471805599
        == long
        "int64"
        == lower
        "abc"
        == lstm
        [2, 7, 50]
        == lstrip
        "abc"
        == lstsq
        tensor [2] float64
          1.0000  2.0000
        == lt
        tensor [2] bool
          false   true
        == mae
        1
        == make_folder
        true
        == map
        [1, 4, 9]
        [0, 1]
        == mask_fill
        tensor [2] float64
          -inf     2
        == match
        ["2026", "11"]
        "2026"
        == matmul
        tensor [2, 1] float64
          3
          7
        == matrix_power
        tensor [2, 2] float64
          89  55
          55  34
        == matrix_rank
        1
        == max
        3
        == max_pool2d
        tensor [1, 1, 2, 2] float32
        [0, 0, :, :]
           5   7
          13  15
        == maximum
        tensor [2] float64
          3  5
        == maxpool
        [1, 1, 2, 2]
        == mean
        2
        == median
        2.5
        == merge
        {a=1, b=3}
        == meshgrid
        tensor [2, 3] float64
          1  2  3
          1  2  3
        tensor [2, 3] float64
          10  10  10
          20  20  20
        == min
        1
        == minimum
        tensor [2] float64
          1  2
        == mistakes
        [7, 9, 0, 1, 13, 11, 8, 15, 14, 2]
        == most_common
        [["b", 3], ["c", 2]]
        == mse
        2
        == mul
        tensor [2] float64
          3  8
        == multihead_attention
        [2, 5, 20]
        == multinomial
        tensor [5] int64
          1  1  1  1  1
        == nadam
        == ne
        tensor [2] bool
          false   true
        == neg
        tensor [2] float64
          -1   2
        == next
        tensor [2] int64
          0  1
        == nll
        0.31326168751822286
        == nonzero
        tensor [2, 1] int64
          1
          3
        == norm
        5
        tensor [2] float64
          3  7
        == normal
        tensor [2, 3] float32
          4.8009  4.9153  5.1456
          4.9820  4.9104  5.0088
        == normalize
        tensor [2, 2] float32
          -1  -1
           1   1
        tensor [2, 2] float64
          0.6000  0.8000
          0.0000  1.0000
        == normalize_text
        " que tal tom ?"
        == notna
        tensor [3] bool
           true  false  false
        == note
        "a first try"
        == number
        0.5
        == numel
        6
        == one_hot
        tensor [2, 3] float32
          1  0  0
          0  0  1
        == ones
        tensor [2, 3] float32
          1  1  1
          1  1  1
        tensor [2, 3] float32
          1  1  1
          1  1  1
        == ones_like
        tensor [1, 2] float32
          1  1
        == ord
        97
        == outer
        tensor [2, 2] float64
          3  4
          6  8
        == pad
        tensor [3, 4] float64
          0  0  0  0
          1  2  0  0
          0  0  0  0
        tensor [7] float64
          3  2  1  2  3  2  1
        == pad_sequence
        tensor [3, 3] int64
          1  2  3
          4  0  0
          0  0  0
        == padding_mask
        tensor [2, 1, 3] bool
        [0, :, :]
          false  false  false
        [1, :, :]
          false   true   true
        == parameter
        1
        tensor [1] float32
          0.2000
        == parameters
        name            shape   count  value
        linear1.weight  [2, 3]      6  tensor [2, 3] float32
        linear1.bias    [2]         2  tensor [2] float32
        == path_join
        "data/train/0.png"
        == percentile
        tensor [2] float64
          1.7500  3.2500
        == permutation
        tensor [5] int64
          4  3  0  1  2
        == permute
        [4, 2, 3]
        == perplexity
        true
        == pinv
        tensor [2, 3] float64
          0.0400  0.0800  0.0000
          0.0800  0.1600  0.0000
        == pixel_shuffle
        [1, 1, 4, 4]
        == plot
        (figure: lines over epoch: 4 points, 1.2 to 3)
        == plot_regions
        (figure: regions of classes, with points of 0 and 1: 10 points, -2.27 to 1.53)
        == pop
        3
        [1, 2]
        1
        {b=2}
        == positional_encoding
        tensor [1, 3, 4] float32
        [0, :, :]
           0.0000   1.0000   0.0000   1.0000
           0.8415   0.5403   0.0100   0.9999
           0.9093  -0.4161   0.0200   0.9998
        == pow
        tensor [2] float64
           1  16
        == predict
        [2]
        == prelu
        tensor [2] float64
          -0.1000   2.0000
        == print
        loss 0.123 42
        == prod
        24
        == profile
        "step of 8"
        """#
}
