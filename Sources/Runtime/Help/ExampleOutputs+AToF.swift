extension ExampleOutputs {
    static let recordedAToF = #"""
        == activations
        [1, 3]
        == adadelta
        == adagrad
        == adam
        == adamax
        == adamw
        == adaptive_avgpool
        [1, 2, 3, 3]
        == adaptive_maxpool
        [1, 2, 3, 3]
        == add
        set([1, 2])
        == all
        false
        == any
        true
        == append
        [1, 2, 3]
        == arange
        tensor [4] float32
          0.0000  0.2500  0.5000  0.7500
        == argmax
        0
        == argmin
        1
        == argsort
        tensor [3] int64
          1  2  0
        == array
        "float64"
        "int64"
        == atan2
        tensor [3] float64
           0.7854   3.1416  -1.5708
        == attention
        [2, 1, 5]
        == attention_weights
        (figure: heat map of 1 x 6, written over read, 0.163 to 0.171)
        == auc
        0.75
        == avg_pool2d
        tensor [1, 1, 2, 2] float32
        [0, 0, :, :]
           2.5000   4.5000
          10.5000  12.5000
        == avgpool
        [1, 1, 2, 2]
        == basename
        "0.png"
        == batch_norm
        [4, 3]
        == batches
        [2, 2]
        [2, 2]
        [1, 2]
        [3, 2] [0, 1, 0]
        [2, 2] [1, 0]
        == bce
        0.16425203348601802
        == bce_with_logits
        0.2200948492805977
        == bilinear
        [4, 2]
        == bincount
        tensor [6] int64
          1  0  2  0  0  1
        == bleu
        53.7284965911771
        == bool
        false
        tensor [2] bool
          false   true
        == broadcast
        tensor [3, 2] float64
          1  2
          1  2
          1  2
        == capitalize
        "Hello world"
        == cast
        tensor [2] int64
           1  -1
        == categorical
        1
        == causal_mask
        tensor [3, 3] bool
          false   true   true
          false  false   true
          false  false  false
        == cdist
        tensor [1, 2] float64
          5  0
        == celu
        tensor [2] float64
          -0.6321   2.0000
        == center
        "**ab**"
        == center_crop
        [2, 3, 24, 24]
        == choice
        "b"
        3
        == cholesky
        tensor [2, 2] float64
          2.0000  0.0000
          1.0000  1.4142
        == chr
        "a"
        == chrf
        61.03453442411409
        == chunk
        [tensor [3] float64, tensor [2] float64]
        == clear
        []
        == clip
        tensor [3] float64
          0.0000  0.5000  1.0000
        == clock
        true
        == clone
        8
        == close
        true
        == color_jitter
        [2, 3, 32, 32]
        == compare
        (figure: lines of run 1 and run 2, loss over epoch: 2 points, 0.606 to 0.866)
        what                  run 1     run 2
        seed               1         2
        lr                 0.1       0.2
        loss (last epoch)  0.615564  0.605827
        seconds            0.013417  0.012034
        == concat
        tensor [2, 2] float64
          1  2
          3  4
        == cond
        100
        == confusion
        [2, 2]
        == contiguous
        [1, 2]
        == contrastive
        0.25
        == conv
        [1, 8, 28, 28]
        == conv2d
        tensor [1, 1, 2, 2] float32
        [0, 0, :, :]
          4  4
          4  4
        == conv_matrix
        tensor [4, 6] float64
          1  2  0  0  0  0
          0  1  2  0  0  0
          0  0  0  1  2  0
          0  0  0  0  1  2
        == conv_transpose
        [1, 8, 14, 14]
        == copy
        == corpus
        tensor [5] int64
          6  4  0  1  2
        == corrcoef
        tensor [2, 2] float64
          1.0000  0.6000
          0.6000  1.0000
        == cosine_embedding
        0.2928932188139829
        == cosine_similarity
        0.7071067811865475
        == cost
        26
        == count
        2
        == counts
        {a=2, b=1}
        ["l", 2]
        == cov
        tensor [2, 2] float64
           1  -2
          -2   4
        == cross_entropy
        0.31326168751822286
        == ctc
        2.9557416
        == cummax
        tensor [3] float64
          2  2  3
        == cummin
        tensor [3] float64
          2  1  1
        == cumprod
        tensor [4] float64
           1   2   6  24
        == cumsum
        tensor [3] float64
          1  3  6
        == dataset
        dataset data: 2 examples
          x  [2, 2] float32
          y  [2] int64, 2 classes
          class  count
              0      1
              1      1
        dataset data: 100 examples
          x  [100, 2] float32 (made when needed)
          y  [100] int64
        == decode
        "né"
        "hel"
        == describe
        column  count  missing  mean      std  min  25%  50%  75%  max
        a           2        0     2  1.41421    1  1.5    2  2.5    3
        == det
        -2
        == detach
        tensor [2] float64
          1  2
        == diag
        tensor [2, 2] float64
          1  0
          0  2
        tensor [2] float64
          1  4
        == diff
        tensor [3] float64
          3  5  7
        == difference
        set([1])
        == dim
        2
        == dirname
        "data/train"
        == discard
        set([1])
        == div
        tensor [2] float64
          0.3333  0.5000
        == divmod
        [3, 1]
        == dot
        11
        == double
        "float64"
        == drop
        a
        1
        == dropna
        [1, 3]
        [1]
        == dropout
        [1, 4]
        == dropout2d
        [1, 8, 3, 3]
        == eig
        tensor [2] float64
          3  2
        == eigh
        tensor [2] float64
          1  3
        == eigvals
        tensor [2] float64
          3  2
        tensor [2, 2] float64
           0   1
           0  -1
        == eigvalsh
        tensor [2] float64
          1  3
        == einsum
        tensor [1, 1] float64
          11
        == elu
        tensor [2] float64
          -0.6321   2.0000
        == ema
        3
        == embedding
        [2, 4]
        == embedding_bag
        [2, 4]
        == encode
        [110, 195, 169]
        tensor [4] int64
          1  3  2  0
        == ends_with
        true
        == enumerate
        0 a
        1 b
        == eq
        tensor [2] bool
           true  false
        == equal
        true
        == error
        no data
        == error_rate
        0.42857142857142855
        == evaluate
        2
        == exists
        false
        == extend
        [1, 2, 3]
        == eye
        tensor [3, 3] float32
          1  0  0
          0  1  0
          0  0  1
        tensor [2, 2] float32
          0  1
          0  0
        == fft
        tensor [4] float64
          1  1  1  1
        == fft2
        tensor [2, 2] float32
          4  0
          0  0
        == fftfreq
        tensor [4] float64
           0.0000   0.2500  -0.5000  -0.2500
        == figure
        (figure: lines: 4 points, 1.2 to 3)
        "loss"
        == files
        []
        == fillna
        [1, 0, 3]
        == filter
        [2, 3]
        == find
        2
        == find_all
        ["3", "14"]
        [["a", "1"], ["b", "2"]]
        == find_rate
        (figure: lines of loss and smooth over lr: 20 points, 0.686 to 3.49)
                     rate      loss    smooth
        1e-07              0.962001  0.962001
            2.63665e-07    0.685746  0.820332
            6.95193e-07    0.898953  0.847894
            0.00000183298  0.748793  0.821181
            0.00000483293  0.929223  0.845061
            0.0000127427   0.718518  0.821177
            0.0000335982   0.921798  0.837855
            0.0000885867   0.725903  0.821224
            0.000233572    0.901008  0.832013
            0.000615848    0.746438  0.82135
            0.00162378     0.820785  0.821284
            0.00428133     0.824416  0.821625
            0.0112884      0.854416  0.824994
            0.0297635      0.777809  0.820389
            0.078476       0.806007  0.819049
            0.206914       0.735265  0.811567
            0.545559       0.71623   0.803374
            1.43845        0.810038  0.803927
            3.79269        1.79185   0.88326
           10              3.48534   1.08607
        == flatten
        tensor [6] float32
          0  0  0  0  0  0
        == flip
        tensor [3] float64
          3  2  1
        == float
        0.5
        == focal
        0.02265805750846733
        == forget
        == format
        "12.35%"
        "0.50 of 3"
        == freeze
        == from_json
        [1, 2]
        == full
        tensor [2, 2] float32
          7  7
          7  7
        == full_like
        tensor [1, 2] float64
          7  7
        == fullmatch
        true
        """#
}
