extension ExampleOutputs {
    static let recordedQToZ = #"""
        == qr
        tensor [3, 2] float64
          1  2
          3  4
          5  6
        == quantile
        1.75
        == quit
        == r2
        0.9486081370449679
        == radam
        == rand
        tensor [2, 3] float32
          0.0625  0.5858  0.0952
          0.9289  0.6639  0.4904
        tensor [2, 3] float32
          0.5877  0.6882  0.2260
          0.2265  0.9132  0.4407
        == rand_like
        tensor [1, 2] float32
          0.0625  0.5858
        == randint
        tensor [5] int64
          5  5  1  3  4
        6
        == randn
        tensor [2, 3] float32
          -1.9914  -0.8469   1.4559
          -0.1804  -0.8960   0.0883
        tensor [2, 3] float32
          -0.5818  -0.2173   1.0345
          -0.9841   0.4261  -1.2710
        == randn_like
        tensor [1, 2] float32
          -1.9914  -0.8469
        == random_affine
        [2, 3, 32, 32]
        == random_crop
        [2, 3, 28, 28]
        == random_erasing
        [2, 3, 32, 32]
        == random_flip
        [2, 3, 32, 32]
        == random_grayscale
        [2, 3, 32, 32]
        == random_noise
        [2, 3, 32, 32]
        == random_resized_crop
        [2, 3, 28, 28]
        == random_rotation
        [2, 3, 32, 32]
        == range
        [2, 5, 8]
        == rank
        only once
        == ranks
        1
        == read
        "one\ntwo\n"
        == record
        [5]
        {lr=0.1}
        == remove
        [1, 3]
        {b=2}
        == rename
        rate  loss
         0.1     2
        == repeat
        tensor [6] float64
          1  1  1  2  2  2
        tensor [3, 2] float64
          1  2
          1  2
          1  2
        == replace
        "a+b+c"
        == report
        class         precision    recall        f1  support
        0              0.666667  0.461538  0.545455       13
        1              0.363636  0.571429  0.444444        7
        accuracy                           0.5            20
        macro avg      0.515152  0.516484  0.494949       20
        weighted avg   0.560606  0.5       0.510101       20
        class         precision    recall        f1  support
        0              1         0.5       0.666667        2
        1              0.5       1         0.666667        1
        accuracy                           0.666667        3
        macro avg      0.75      0.75      0.666667        3
        weighted avg   0.833333  0.666667  0.666667        3
        == reshape
        tensor [2, 3] int64
          0  1  2
          3  4  5
        == reverse
        [3, 2, 1]
        == reversed
        [3, 2, 1]
        == rfft
        tensor [5] float32
          0  0  4  0  0
        == rfftfreq
        tensor [3] float64
          0.0000  0.2500  0.5000
        == rfind
        5
        == rjust
        "  7"
        == rms_norm
        [4, 3]
        == rmsprop
        == rnn
        [2, 7, 50]
        == roc
        tensor [5] float64
          0.0000  0.5000  0.5000  1.0000  1.0000
        == roll
        tensor [4] float64
          4  1  2  3
        == round
        2.35
        == rprop
        == rsqrt
        tensor [2] float64
          1.0000  0.5000
        == rstrip
        "a"
        == run
        0.1
        == runs
        true
        == save
        == scatter
        tensor [2, 3] float32
          0  5  0
          0  0  5
        == scatter_add
        tensor [3] float32
          3  0  3
        == search
        "0.25"
        == searchsorted
        tensor [2] int64
          1  3
        == seed
        tensor [2] float32
          0.2675  0.1442
        == select
        b
        2
        == selu
        tensor [2] float64
          -1.1113   2.1014
        == seq2seq
        2
        == set
        set([3, 1, 2]) 3 true
        set([1, 2, 5])
        == setdefault
        {a=[1]}
        == sgd
        == shape
        [2, 3]
        == show
        (figure: 1 image of 4 x 4)
        == shuffle
        3
        == size
        3
        == sleep
        == slogdet
        -2.0000000000000004
        == softmax
        tensor [3] float64
          0.0900  0.2447  0.6652
        == solve
        tensor [2] float64
          0.8000  1.4000
        == sort
        [1, 2, 3]
        a
        1
        2
        [1, 2]
        == sorted
        ["bb", "a"]
        [[1, "c"], [2, "b"]]
        == spectral_norm
        [2, 3]
        == split
        8
        ["a", "b", "c"]
        == split_at
        [tensor [2] float64, tensor [2] float64, tensor [1] float64]
        == splitext
        ["data/0", ".png"]
        == splitlines
        ["one", "two"]
        == sql
         lr      loss
        0.1  0.615564
        == squeeze
        [3]
        == stack
        tensor [2, 2] float64
          1  3
          2  4
        == starts_with
        true
        == std
        1.2909944487358056
        == str
        "0.5!"
        == strip
        "a b"
        == sub
        tensor [2] float64
          -2  -2
        == substitute
        "a b c"
        "a2b3"
        == sum
        tensor [2] float64
          4  6
        == summary
        model small for [N, 3]
        layer    kind      output  parameters  formula
        linear1  linear 2  [N, 2]           8  3 * 2 + 2
        8 parameters in all
        == svd
        tensor [2] float64
          4  3
        == svdvals
        tensor [2] float64
          4  3
        == swa
        [1, 1]
        == table
          lr  loss
        0.1      2
        0.01     1
        == tail
        [2, 3]
        == take
        [1, 2]
        == tensor
        tensor [2, 2] float32
          1  2
          3  4
        == text_pairs
        dataset pairs: pairs of sentences by character
          2 pairs  source 6 to 7 characters  target 4 to 5 characters
          vocabulary  source 9 characters, target 7 characters
          first pair  "hola ." -> "hi ."
        == threads
        2
        == tile
        tensor [4] float64
          1  2  1  2
        == time
        true
        == timeit
        true
        == title
        "Deep Learning"
        == to
        "float64"
        == to_csv
        a  b
        1  x
        == to_json
        "\{\"lr\":0.1,\"sizes\":[1,2]}"
        == top_k_accuracy
        0.5
        == topk
        tensor [2] float64
          3  2
        == trace
        5
        == train
        "finished"
        == transformer_decoder_layer
        [2, 3, 8]
        == transformer_encoder_layer
        [2, 5, 3]
        == translate
        true
        == transpose
        tensor [2, 2] float64
          1  3
          2  4
        [2, 4, 3]
        == tril
        tensor [3, 3] float32
          1  0  0
          1  1  0
          1  1  1
        == triplet
        0.5857868518409672
        == triu
        tensor [3, 3] float32
          0  1  1
          0  0  1
          0  0  0
        == type
        "list"
        == unfreeze
        == uniform
        tensor [2, 3] float32
          -0.8750   0.1717  -0.8096
           0.8578   0.3278  -0.0193
        == union
        set([1, 2, 5])
        == unique
        [1, 3]
        tensor [2] int64
          1  2
        == unsqueeze
        [1, 3]
        == update
        {a=1, b=3}
        == update_parameters
        1
        == upper
        "ABC"
        == upsample
        [1, 1, 4, 4]
        == value_and_grad
        tensor [2] float64
          2  4
        == values
        [1, 2]
        == var
        1.6666666666666667
        == vars
        name  kind    shape   dtype    bytes  min  max  not_finite
        x     tensor  [2, 2]  float32     16    1    3           1
        == vocabularies
        ["<pad>", "<start>", "<end>", "<unknown>", "h", "o", "l", "a", " ", ".",
         "d", "i", "s"]
        == vocabulary
        [".", "a", "e", "i", "l", "m", "o", "v"]
        2
        == weight_norm
        3
        == where
        tensor [2] float64
          1  4
        a
        2
        == windows
        tensor [2, 3] int64
          1  2  3
          4  5  6
        tensor [2, 3] int64
          2  3  4
          5  6  7
        == words
        ["a", "b", "c"]
        == worst
        error_rate  source  target  translation
                 1  hola .  hi .    bh
        == zeros
        tensor [2, 3] float32
          0  0  0
          0  0  0
        tensor [2, 3] float32
          0  0  0
          0  0  0
        == zeros_like
        tensor [1, 2] float32
          0  0
        == zfill
        "-007"
        == zip
        [[1, "a"], [2, "b"]]
        """#
}
