from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0011_installation'),
    ]

    operations = [
        migrations.AddField(
            model_name='conversation',
            name='old_tokens_until',
            field=models.DateTimeField(null=True),
        ),
    ]
