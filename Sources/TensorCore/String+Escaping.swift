extension String {
    /// The text with what `escape` gives in the place of each character that it gives something for.
    ///
    ///     "a<b".escaping { $0 == "<" ? "&lt;" : nil }   // "a&lt;b"
    package func escaping(_ escape: (Unicode.Scalar) -> String?) -> String {
        var result = ""
        for scalar in unicodeScalars {
            if let escaped = escape(scalar) {
                result += escaped
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
