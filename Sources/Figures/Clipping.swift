/// What of lines and areas lies in the unit square, in which charts place their data.
package enum Clipping {
    package typealias Point = (x: Double, y: Double)

    package static func holds(_ point: Point) -> Bool {
        let range = -1e-9...(1 + 1e-9)
        return range.contains(point.x) && range.contains(point.y)
    }

    /// The part of a segment inside; nil if none is.
    ///
    /// - Source: Liang and Barsky, ACM Transactions on Graphics 3(1), 1984.
    package static func segment(_ a: Point, _ b: Point) -> (Point, Point)? {
        if holds(a), holds(b) { return (a, b) }
        let (dx, dy) = (b.x - a.x, b.y - a.y)
        guard dx.isFinite, dy.isFinite else { return nil }
        var start = 0.0
        var end = 1.0
        for (slope, room) in [(-dx, a.x), (dx, 1 - a.x), (-dy, a.y), (dy, 1 - a.y)] {
            if slope == 0 {
                if room < 0 { return nil }
            } else if slope < 0 {
                start = max(start, room / slope)
            } else {
                end = min(end, room / slope)
            }
        }
        guard start <= end else { return nil }
        // Near an end that is far away, rounding leaves the square.
        func at(_ part: Double) -> Point {
            (min(max(a.x + part * dx, 0), 1), min(max(a.y + part * dy, 0), 1))
        }
        return (start == 0 ? a : at(start), end == 1 ? b : at(end))
    }

    /// The pieces of a line with gaps, each of which lies inside.
    static func pieces(_ points: [Point?]) -> [[Point]] {
        var pieces: [[Point]] = []
        for part in points.split(whereSeparator: { $0 == nil }) {
            let part = part.compactMap { $0 }
            if part.allSatisfy(holds) {
                pieces.append(part)
                continue
            }
            var current: [Point] = []
            for (a, b) in zip(part, part.dropFirst()) {
                guard let (start, end) = segment(a, b) else { continue }
                if current.isEmpty || !holds(a) {
                    if !current.isEmpty { pieces.append(current) }
                    current = [start]
                }
                current.append(end)
            }
            if !current.isEmpty { pieces.append(current) }
        }
        return pieces
    }

    /// The part of an area inside.
    ///
    /// - Source: Sutherland and Hodgman, Communications of the ACM 17(1), 1974.
    package static func area(_ corners: [Point]) -> [Point] {
        typealias Border = (distance: (Point) -> Double, snap: (Point) -> Point)
        let borders: [Border] = [
            ({ $0.x }, { (0, $0.y) }), ({ 1 - $0.x }, { (1, $0.y) }), ({ $0.y }, { ($0.x, 0) }),
            ({ 1 - $0.y }, { ($0.x, 1) }),
        ]
        var corners = corners
        for border in borders {
            guard let last = corners.last else { return [] }
            var kept: [Point] = []
            var before = last
            for corner in corners {
                let (from, to) = (border.distance(before), border.distance(corner))
                if (from < 0) != (to < 0) {
                    let part = from / (from - to)
                    kept.append(
                        border.snap((before.x + part * (corner.x - before.x), before.y + part * (corner.y - before.y))))
                }
                if to >= 0 { kept.append(corner) }
                before = corner
            }
            corners = kept
        }
        return corners
    }
}
