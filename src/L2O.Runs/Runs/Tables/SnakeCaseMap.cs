using System.Globalization;
using System.Text.Json;
using CsvHelper.Configuration;

namespace L2O.Runs.Tables;

/// <summary>Columns named as configs name keys, for records with settable properties or a primary constructor.</summary>
internal sealed class SnakeCaseMap<T> : ClassMap<T>
{
    public SnakeCaseMap()
    {
        AutoMap(CultureInfo.InvariantCulture);
        foreach (var property in MemberMaps)
        {
            property.Name(JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Data.Member!.Name));
            if (property.Data.Type == typeof(bool))
            {
                property.TypeConverterOption.BooleanValues(true, true, "true").TypeConverterOption.BooleanValues(false, true, "false");
            }
        }

        foreach (var parameter in ParameterMaps)
        {
            parameter.Name(JsonNamingPolicy.SnakeCaseLower.ConvertName(parameter.Data.Parameter.Name!));
        }
    }
}
