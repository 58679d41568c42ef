import Figures

let falling = (0..<20).map { 3 / (1 + 0.5 * Double($0)) }
let rising = (0..<20).map { 0.5 + 0.1 * Double($0) }

let attention =
    HeatMap(
        title: "attention", rowCount: 2, columnCount: 3, values: [0.9, 0.1, 0, 0.05, 0.8, .nan],
        rowLabels: ["le", "chat"],
        columnLabels: ["the", "black", "<end>"]) ?? unknown
let wide =
    HeatMap(rowCount: 3, columnCount: 70, values: (0..<210).map { Double($0 % 70) / 70 }) ?? unknown
let unknown = HeatMap(rowCount: 1, columnCount: 1, values: [.nan])!

/// Brightness that grows from the upper left to the lower right, 14 x 14.
let slope = Image(height: 14, width: 14, values: (0..<196).map { Float($0 / 14 + $0 % 14) / 26 })!
/// Black, grey and white over no numbers, black and grey.
let tiny = Image(
    height: 2, width: 28,
    values: [(0, 10), (128, 10), (255, 8), (.nan, 10), (0, 10), (128, 8)].flatMap { [Float](repeating: $0, count: $1) })!

/// A hill in the middle of a plane.
let hill: Surface = {
    let places = (0..<21).map { Double($0 - 10) / 5 }
    let heights = places.flatMap { y in places.map { x in 4 / (1 + x * x + y * y) } }
    return Surface(x: places, y: places, values: heights, coloring: .levels)!
}()
