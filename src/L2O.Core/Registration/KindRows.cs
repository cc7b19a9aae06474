using L2O.Data;
using L2O.Errors;
using L2O.Flatness;
using L2O.Optimizees;
using L2O.Optimizees.Analytic;
using L2O.Optimizees.Networks;
using L2O.Optimizers;
using L2O.Optimizers.Learned;
using L2O.Options;
using L2O.Tensors;

namespace L2O.Registration;

/// <summary>Makes an optimizee.</summary>
/// <param name="options">Of its kind.</param>
/// <param name="load">Gives a data set; its owner decides how long it lives.</param>
/// <param name="tensorOptions">Where theta is made, and the data is.</param>
internal delegate IOptimizee MakeOptimizee(IOptions options, Func<DataSource, Dataset> load, TensorOptions tensorOptions);

/// <summary>Rows of the registry's tables, each from a kind, the type of its options and a constructor.</summary>
internal static class KindRows
{
    internal static KindRow<Func<IOptions, IFlatnessMetric>> Metric<T>(string kind, Func<T, IFlatnessMetric> make)
        where T : IMetricOptions, new() => new(kind, typeof(T), options => make((T)options));

    internal static KindRow<Func<IOptions, ILearnedOptimizer>> Learned<T>(string kind, Func<T, ILearnedOptimizer> make)
        where T : ILearnedOptimizerOptions => new(kind, typeof(T), options => make((T)options));

    internal static KindRow<Func<IOptions, IOptimizer>> Handcrafted<T>(string kind, Func<T, IOptimizer> make)
        where T : IOptimizerOptions => new(
            kind,
            typeof(T),
            options => options is LearningRateOptions rate ? rate.Scheduled(make((T)options)) : make((T)options));

    internal static KindRow<MakeOptimizee> Network<T>(string kind, Func<T, Dataset, INetwork> make)
        where T : NetworkOptions => new(kind, typeof(T), (options, load, tensorOptions) =>
        {
            var network = (T)options;
            var data = load(network.Data).In(new(network.ImageSize, network.Grayscale));
            return network.TrainExamples > data[Split.Train].Count
                ? throw new ConfigException(
                    $"train_examples is {network.TrainExamples}, and {data.Name} has {data[Split.Train].Count} to train on; choose at most as many")
                : network.Wrap(
                    new Classifier(make(network, data), data, network.BatchSize, tensorOptions)
                    {
                        TrainingSet = new(network.TrainExamples, network.LabelNoise),
                    },
                    tensorOptions);
        });

    internal static KindRow<MakeOptimizee> Sum() =>
        new("sum", typeof(SumOptions), (options, load, tensorOptions) => new SumOptimizee(
            [.. ((SumOptions)options).Terms.Select(term => Registry.MakeOptimizee(term, load, tensorOptions))]));

    internal static KindRow<MakeOptimizee> Formula<T>(string kind, Func<T, AnalyticProblem> problem)
        where T : AnalyticOptions => Formula(kind, typeof(T), options => problem((T)options));

    internal static KindRow<MakeOptimizee> Formula(
        string kind, Type options, Func<AnalyticOptions, AnalyticProblem> problem) =>
        new(kind, options, (given, _, tensorOptions) =>
            AnalyticOptimizee.Create((AnalyticOptions)given, problem((AnalyticOptions)given), tensorOptions));
}
