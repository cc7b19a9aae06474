using L2O.Cli.Arguments;
using L2O.Cli.Output;
using L2O.Configs;
using L2O.Data;
using L2O.Errors;
using L2O.Experiments;
using L2O.Images;
using L2O.Options;
using L2O.Registration;
using L2O.Reports.Documents;
using L2O.Reports.Pages;
using L2O.Runs;
using L2O.Runtime;
using L2O.Tensors;
using Serilog;
using static TorchSharp.torch;

namespace L2O.Cli;

/// <summary>Everything that a command with a run directory needs, from its options to its exit code.</summary>
internal sealed class RunSession : IDisposable
{
    private readonly RunOptions _options;
    private readonly DatasetCache _datasets;

    /// <summary>Chooses the device; nothing is written yet.</summary>
    /// <exception cref="ConfigException">There is no such device, or no libtorch.</exception>
    internal RunSession(RunOptions options)
    {
        LibtorchOption.Require();

        // One thread for libtorch, however many cores there are: its sums depend on the thread count, and its idle
        // threads would take the cores that the fused kernels use.
        set_num_threads(1);
        NativeHeap.KeepFreedMemory();
        _options = options;
        TensorOptions = new(Devices.Parse(options.Device), ScalarType.Float32);
        _datasets = new(DataDirectory.Resolve(options.DataDirectory, Environment.GetEnvironmentVariable), TensorOptions)
        {
            Decoder = new SkiaDecoder(),
        };
        Composition = new(_datasets.Load, TensorOptions);
    }

    /// <summary>Where tensors are made.</summary>
    internal TensorOptions TensorOptions { get; }

    /// <summary>Builds what configs describe; its data sets live as long as this session.</summary>
    internal Composition Composition { get; }

    /// <summary>Creates the run directory, does the work, and records the outcome there.</summary>
    /// <param name="kind">The command.</param>
    /// <param name="name">The config's name.</param>
    /// <param name="seed">The config's seed.</param>
    /// <param name="config">The effective config.</param>
    /// <param name="work">The work; receives the directory and the log.</param>
    /// <returns>The exit code; the run directory is the last line on stdout.</returns>
    internal int Run(string kind, string name, long seed, IOptions config, Action<RunDirectory, ILogger> work)
    {
        var description = Describe(kind, name, seed, config);
        var isBegun = _options is { IsResumed: true, RunDirectory: { } path } && RunDirectory.IsFree(path);
        using var directory = isBegun
            ? RunDirectory.Create(_options.RunDirectory, description, TimeProvider.System)
            : Open(description, config);
        using var gate = FinalizerGate.Close();
        using var log = RunLog.Open(directory.Path);
        log.Information("{Kind} {Name} on {Device}, seed {Seed}", kind, name, description.Device, seed);
        SafeConsole.Current?.Error.OnFailure(failure =>
            log.Warning("Progress cannot be shown ({Reason}); the run goes on", failure.Message.TrimEnd('.')));
        if (directory.ProcessorChange is { } change)
        {
            log.Warning("{Directory} {Change}", directory.Path, change);
        }

        if (isBegun)
        {
            log.Information("There was no run to go on with, so it begins");
        }

        WarnOfOtherData(log);
        foreach (var data in _datasets.Descriptions())
        {
            log.Information("{Data:l}", data);
        }

        try
        {
            Work(work, directory, log);
        }
        catch (Exception e)
        {
            if (e is OperationCanceledException)
            {
                log.Information("Interrupted");
            }
            else
            {
                log.Error(e, "The run ended early");
            }

            Note(directory, e);
            throw;
        }

        directory.SetStatus(RunStatus.Completed);
        Show(directory.Path);
        Console.WriteLine(directory.Path);
        return 0;
    }

    /// <summary>Describes the run, including the data sets and checkpoints loaded so far.</summary>
    internal RunDescription Describe(string kind, string name, long seed, IOptions config) => new()
    {
        Kind = kind,
        Name = name,
        Seed = seed,
        Device = TensorOptions.Device.ToString(),
        ThreadCount = get_num_threads(),
        Config = ConfigWriter.Write(config, Registry.Kinds),
        ConfigByContent = ConfigWriter.Write(
            config,
            Registry.Kinds,
            Composition.CheckpointChecksums.Concat(_datasets.FolderChecksums()).ToDictionary(file => file.Key, file => $"sha256:{file.Value}")),
        Data = _datasets.Checksums(),
        Checkpoints = Composition.CheckpointChecksums,
        Plugins = _options.Plugins,
    };

    /// <inheritdoc/>
    public void Dispose() => _datasets.Dispose();

    private void WarnOfOtherData(ILogger log)
    {
        foreach (var (dataset, paths) in _datasets.Unpublished())
        {
            log.Warning(
                "{Paths:l}: other bytes than those published as {Dataset:l}; results on other data are not comparable (l2o data "
                + "verify looks at each file)",
                string.Join(", ", paths),
                dataset);
        }
    }

    private void Show(string directory)
    {
        if (_options.IsReported)
        {
            var page = Report.Write([directory], Report.DefaultFolder([directory]), CancellationToken.None);
            Console.Error.WriteLine($"A page of it: {page}");
        }
        else if (!_options.IsQuiet)
        {
            Console.Error.WriteLine($"For a page of it: l2o report {ShellWord.Of(directory)}");
        }
    }

    private static void Work(Action<RunDirectory, ILogger> work, RunDirectory directory, ILogger log)
    {
        try
        {
            work(directory, log);
        }
        catch (Exception e) when (LibtorchException.IsNative(e))
        {
            throw LibtorchException.Of(e);
        }
    }

    private RunDirectory Open(RunDescription description, IOptions config) => (_options.IsResumed, _options.RunDirectory) switch
    {
        (false, _) => RunDirectory.Create(_options.RunDirectory, description, TimeProvider.System),
        (true, { } path) => RunDirectory.Resume(
            path, description, _options.IsForced, TimeProvider.System, then => ConfigExtension.Of(then, config)),
        _ => throw new ConfigException("--resume: needs --run DIR, the run to go on with"),
    };

    // The user should read why the run ended, so failing to record it on a full disk is no error of its own.
    private static void Note(RunDirectory directory, Exception e)
    {
        try
        {
            directory.SetStatus(StatusOf(e), e is OperationCanceledException ? null : e.Message);
        }
        catch (StorageException)
        {
        }
    }

    private static RunStatus StatusOf(Exception e) => e switch
    {
        OperationCanceledException => RunStatus.Interrupted,
        DivergedException => RunStatus.Diverged,
        _ => RunStatus.Failed,
    };
}
