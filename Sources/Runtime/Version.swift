/// The version of dls, which runs and files are marked with.
package let dlsVersion = "0.1.0"
