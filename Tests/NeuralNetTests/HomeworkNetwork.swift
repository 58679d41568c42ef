import NeuralNet
import TensorCore

/// The reference homework's network.
func homeworkNetwork(_ key: RandomKey = testKey) throws -> Model {
    let net = Model("cnn", place: ModulePlace(key: key))
    try net.add(Convolution(.init(outChannels: 8, kernel: [5], padding: .zeros([2]))))
    try net.add(Activation(.relu))
    try net.add(Pooling(.max, size: [2]))
    try net.add(Convolution(.init(outChannels: 16, kernel: [3])))
    try net.add(Activation(.relu))
    try net.add(Pooling(.max, size: [2]))
    try net.add(Flatten())
    try net.add(Linear(600))
    try net.add(Activation(.relu))
    try net.add(Dropout(0.3))
    try net.add(Linear(120))
    try net.add(Activation(.relu))
    try net.add(Linear(10))
    return net
}
