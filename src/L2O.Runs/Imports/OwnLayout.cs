using L2O.Options;
using L2O.Registration;

namespace L2O.Imports;

/// <summary>Our own names and shapes, as the document of the checkpoint contract has them, so that nothing is translated.</summary>
internal static class OwnLayout
{
    private static readonly string[] _cells = ["parameter_rnn", "tensor_rnn", "global_rnn"];

    internal static readonly ForeignLayout Dm = new(
        file => [.. Hidden(file), .. file.Size("lstm_1/weight_ih", 1) == 1 ? ["preprocessing: none"] : Array.Empty<string>()], Parts);

    internal static readonly ForeignLayout RnnProp = new(
        file => [.. Hidden(file), .. LayoutSizes.Setting("input_size", file.Size("input/weight", 0))], Parts);

    internal static readonly ForeignLayout Scale = new(
        file => LayoutSizes.List("levels", _cells.Select(cell => file.Size($"{cell}/initial", ^1))), Parts);

    private static IEnumerable<string> Hidden(ForeignFile file) => LayoutSizes.List(
        "hidden", Enumerable.Range(1, file.Arrays.Count).Select(layer => file.Size($"lstm_{layer}/weight_hh", ^1)));

    private static IEnumerable<ForeignPart> Parts(IOptions options) =>
        Registry.MakeLearned(options).PhiLayout.Shapes.Select(shape => ForeignPart.Same(shape.Name, shape.Name, shape.Shape));
}
